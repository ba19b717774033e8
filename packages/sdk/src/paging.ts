import { InvalidInput } from "@sentc-ts/core-crypto";
import { checkId } from "./input.js";

/**
 * Where the next page of a list starts (protocol/http-api §2.4).
 *
 * @param last the last item of the page before
 * @param idName its member with the id
 * @throws InvalidInput naming the member that is wrong
 */
export function pageAfter<IdName extends string>(
	last: ({ time: number } & Record<IdName, string>) | null | undefined,
	idName: IdName,
): { last_time: string; last_id: string } {
	if (last === undefined || last === null) return { last_time: "0", last_id: "none" };
	const last_id: string = last[idName];
	checkId(`last.${idName}`, last_id);
	if (!Number.isSafeInteger(last.time)) throw new InvalidInput("last.time", "must be a time in ms");
	return { last_time: String(last.time), last_id };
}
