import { InvalidInput } from "@sentc-ts/core-crypto";
import { AnswerForged } from "./errors.js";
import { checkId } from "./input.js";

/**
 * The API chooses neither which key is fetched nor under which id it is kept.
 *
 * @throws AnswerForged when it answered another key than the one that was asked for
 */
export function requireSameId(asked: string, answered: string): void {
	if (asked !== answered) throw new AnswerForged("key", "The API answered another key than was asked for");
}

/** Most items in one answer; a page with fewer is the last one (protocol/http-api §2.4). */
export const PAGE_SIZE = 50;

/** Ten times {@link PAGE_SIZE}. */
const MAX_ITEMS = 500;

/**
 * Every key costs time to open, and every item memory: a list without end would take all of it.
 *
 * @throws AnswerForged when the API answered far more than one page
 */
export function requirePage(list: readonly unknown[]): void {
	if (list.length > MAX_ITEMS) throw new AnswerForged("keys", "The API answered more than a page has");
}

/**
 * Where the next page of a list starts (protocol/http-api §2.4).
 *
 * @param last the last item of the page before
 * @param idName its member with the id
 * @param timeName its member with the time, ms
 * @throws InvalidInput naming the member that is wrong
 */
export function pageAfter<IdName extends string, TimeName extends string = "time">(
	last: Readonly<Record<NoInfer<TimeName>, number> & Record<NoInfer<IdName>, string>> | null | undefined,
	idName: IdName,
	timeName: TimeName = "time" as TimeName,
): { last_time: string; last_id: string } {
	if (last === undefined || last === null) return { last_time: "0", last_id: "none" };
	const last_id: string = last[idName];
	checkId(`last.${idName}`, last_id);
	const time: number = last[timeName];
	if (!Number.isSafeInteger(time)) throw new InvalidInput(`last.${timeName}`, "must be a time in ms");
	return { last_time: String(time), last_id };
}
