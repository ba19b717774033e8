import { AnswerForged } from "./errors.js";

/**
 * The API chooses neither which key is fetched nor under which id it is kept.
 *
 * @throws AnswerForged when it answered another key than the one that was asked for
 */
export function requireSameId(asked: string, answered: string): void {
	if (asked !== answered) throw new AnswerForged("key", "The API answered another key than was asked for");
}

/** Ten times what the API answers at once (protocol/http-api §2.4). */
const MAX_ITEMS = 500;

/**
 * Every key costs time to open: a list without end would take all of it.
 *
 * @throws AnswerForged when the API answered more than one page
 */
export function requirePage(list: readonly unknown[]): void {
	if (list.length > MAX_ITEMS) throw new AnswerForged("keys", "The API answered more keys than a page has");
}

/** How many pages of keys are loaded, 50 keys each. */
export const MAX_PAGES = 1000;
