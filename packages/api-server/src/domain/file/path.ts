import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { Failure } from "../../failure.js";

/** @throws Failure 12 for what is no signed integer of 32 bits (protocol/files §7.3) */
export function sequenceIn(text: string): number {
	const sequence = /^[+-]?\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
	if (sequence >= -(2 ** 31) && sequence < 2 ** 31) return sequence + 0;
	throw new Failure(SERVER_ERRORS.INVALID_FILE_PATH);
}

/** @throws Failure 12 for what is neither `true` nor `false` */
export function flagIn(text: string): boolean {
	if (text === "true" || text === "false") return text === "true";
	throw new Failure(SERVER_ERRORS.INVALID_FILE_PATH);
}
