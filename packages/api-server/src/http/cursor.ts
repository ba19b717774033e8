import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Cursor } from "../database/paging.js";
import { Failure } from "../failure.js";

/** The cursor in a path; time 0 asks for the first page (protocol/http-api §2.4). */
export function toCursor({ last_time, last_id }: { last_time: string; last_id: string }): Cursor | undefined {
	if (!/^\d+$/.test(last_time)) throw new Failure(SERVER_ERRORS.INVALID_TIME);
	const time = Math.min(Number(last_time), Number.MAX_SAFE_INTEGER);
	return time === 0 ? undefined : { time, id: last_id };
}
