import { type Expression, expressionBuilder, type SqlBool } from "kysely";

/** Rows of one page of any list of users and groups (protocol/http-api §2.4). */
export const PAGE_SIZE = 50;

/** The last item of the page before; `undefined` asks for the first page. */
export interface Cursor {
	/** ms */
	time: number;
	id: string;
}

/** Does a row come after the cursor, in a list by time (rising or falling), then by id? */
export function isAfter(
	cursor: Cursor | undefined,
	time: Expression<number>,
	order: "rising" | "falling",
	id: Expression<string>,
): Expression<SqlBool> {
	const { and, eb, or } = expressionBuilder();
	if (cursor === undefined) return and([]);
	const later = eb(time, order === "rising" ? ">" : "<", cursor.time);
	return or([later, and([eb(time, "=", cursor.time), eb(id, ">", cursor.id)])]);
}
