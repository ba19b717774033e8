import { type Expression, expressionBuilder, type SqlBool } from "kysely";
import type { Slots } from "./prepared.js";

/** Rows of one page of any list of users and groups (protocol/http-api §2.4). */
export const PAGE_SIZE = 50;

/** The last item of the page before; `undefined` asks for the first page. */
export interface Cursor {
	/** ms */
	time: number;
	id: string;
}

/** A cursor among the values of a prepared statement. */
export type After = Slots<Cursor> | undefined;

/** Does a row come after the cursor, in a list by time (rising or falling), then by id? */
export function isAfter(
	cursor: Cursor | After,
	time: Expression<number>,
	order: "rising" | "falling",
	id: Expression<string>,
): Expression<SqlBool> {
	const { and, eb, or } = expressionBuilder();
	if (cursor === undefined) return and([]);
	const [later, notBefore] = order === "rising" ? ([">", ">="] as const) : (["<", "<="] as const);
	// The first condition says nothing new: by it an index begins where the page does.
	return and([
		eb(time, notBefore, cursor.time),
		or([eb(time, later, cursor.time), and([eb(time, "=", cursor.time), eb(id, ">", cursor.id)])]),
	]);
}
