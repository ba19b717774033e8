/** How many the API answers at once. */
const PAGE = 50;

/** Most items that are shown: an API could go on for ever. */
const MOST = 1000;

/** All pages of a list. */
export async function everyItem<Item>(list: (last: Item | undefined) => Promise<Item[]>): Promise<Item[]> {
	const items: Item[] = [];
	let page: Item[];
	do {
		page = await list(items.at(-1));
		items.push(...page);
	} while (page.length === PAGE && items.length < MOST);
	return items;
}
