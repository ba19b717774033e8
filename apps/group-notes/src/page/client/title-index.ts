import type { Group } from "@sentc-ts/sdk";

/** What the backend finds and sorts a title by, without reading it. */
export interface TitleIndex {
	/** One for each start of the title, up to `SEARCHED` bytes. */
	hashes: string[];
	/** Has about the order of the title. */
	order: number;
}

/** So many bytes of a title are found by their hashes: each one more tells the backend more (docs/leakage). */
const SEARCHED = 16;

/** Lower and upper case are the same to people who search. */
const folded = (text: string): string => text.normalize("NFKC").toLowerCase().trim();

/** ASCII alone has an order when it is encrypted: without accents, and other scripts come last. */
const sortable = (title: string): string =>
	folded(title)
		.normalize("NFKD")
		.replaceAll(/\p{M}/gu, "")
		.replaceAll(/[^ -~]/gu, "~");

export function indexTitle(group: Group, title: string): TitleIndex {
	return {
		hashes: group.createSearchRaw(folded(title), false, SEARCHED - 1),
		order: Number(group.encryptSortableRawString(sortable(title))),
	};
}

/** @param start of the titles that are wanted @returns one of their hashes; what is longer than they are, the page compares itself */
export function hashOfStart(group: Group, start: string): string {
	return group.search(firstBytes(folded(start), SEARCHED));
}

/** Hashes of a backend that lies find something else: this is what counts. */
export function startsWith(title: string, start: string): boolean {
	return folded(title).startsWith(folded(start));
}

/** Whole characters of so many bytes of UTF-8 at most. */
function firstBytes(text: string, bytes: number): string {
	const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
	return text.slice(0, read);
}
