import { createHmac } from "node:crypto";
import { equalBytes } from "../../bytes.js";

// Time-based one-time passwords of RFC 6238: HMAC-SHA-256, 6 digits, steps of 30 s (spec http-api §13.4).

/** ms */
const STEP = 30_000;
const DIGITS = 6;
/** Steps before and after the current one whose codes count, too: clocks differ. */
const WINDOW = 1;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 without padding (RFC 4648 §6). */
export function toBase32(bytes: Uint8Array): string {
	const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
	const groups = bits.match(/.{1,5}/g) ?? [];
	return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

/** The code of one time step. */
export function codeOf(secret: Uint8Array, step: number): string {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const mac = createHmac("sha256", secret).update(counter).digest();
	const offset = (mac.at(-1) ?? 0) & 0xf;
	const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
	return `${number % 10 ** DIGITS}`.padStart(DIGITS, "0");
}

/**
 * The time step that a code belongs to; `undefined` for a wrong one.
 *
 * @param time ms
 */
export function stepOf(secret: Uint8Array, code: string, time: number): number | undefined {
	const current = Math.floor(time / STEP);
	const steps = Array.from({ length: 2 * WINDOW + 1 }, (_, index) => current - WINDOW + index);
	const given = Buffer.from(code);
	return steps.filter((step) => equalBytes(Buffer.from(codeOf(secret, step)), given)).at(-1);
}
