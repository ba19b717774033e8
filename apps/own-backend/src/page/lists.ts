/** How many the API answers at once. */
const PAGE = 50;

/** All pages of a list. */
export async function everyItem<Item>(list: (last: Item | undefined) => Promise<Item[]>): Promise<Item[]> {
	const items: Item[] = [];
	let page: Item[];
	do {
		page = await list(items.at(-1));
		items.push(...page);
	} while (page.length === PAGE);
	return items;
}
