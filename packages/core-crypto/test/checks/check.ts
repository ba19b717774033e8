import type { CryptoBackend } from "../../src/crypto.js";
import { isSentcError, type SentcError } from "../../src/errors.js";
import { toHex } from "../bytes.js";
import { expectedStatus } from "./reference-deviations.js";

/** One thing that must hold on every backend, in Node and in browsers alike: nothing here knows a test runner. */
export interface Check {
	name: string;
	run(crypto: CryptoBackend): Promise<void>;
}

/** Where vector files come from. */
export interface Sources {
	vectors<T>(name: string): T;
	/** A recorded exchange with a server. */
	capture<T>(name: string): T;
}

/** Rows of a table: an empty one would prove nothing. */
export function rows<T>(table: T[] | undefined): [T, ...T[]] {
	const [first, ...others] = table ?? [];
	if (first === undefined) throw new Error("The vector table is missing or empty");
	return [first, ...others];
}

export function last<T>(table: T[]): T {
	return rows(table.toReversed())[0];
}

/** Throws unless both are deeply equal. Bytes equal only bytes; members that are `undefined` and their order don't count. */
export function same(actual: unknown, expected: unknown): void {
	const [left, right] = [show(actual), show(expected)];
	if (left !== right) throw new Error(`Expected ${shorten(right)}, got ${shorten(left)}`);
}

export function different(actual: unknown, expected: unknown): void {
	if (show(actual) === show(expected)) throw new Error(`Expected anything but ${shorten(show(expected))}`);
}

export function matches(text: string, pattern: RegExp): void {
	if (!pattern.test(text)) throw new Error(`Expected ${pattern}, got ${shorten(text)}`);
}

/** The promise fails with a typed error of the given code. */
export async function failsWith(result: Promise<unknown>, code: string): Promise<void> {
	same((await failure(result)).code, code);
}

/** The promise fails with a typed error of the status that the reference client gave. */
export async function failsAsReference(result: Promise<unknown>, referenceError: string): Promise<void> {
	const error = await failure(result);
	matches(error.status, expectedStatus(referenceError));
	same(JSON.parse(String(error)), { status: error.status, error_message: error.errorMessage });
}

/** The typed error that the promise fails with. */
export async function failure(result: Promise<unknown>): Promise<SentcError> {
	const error: unknown = await result.then(
		(value) => `the result ${shorten(show(value))}`,
		(reason) => reason,
	);
	if (!isSentcError(error)) throw new Error(`Expected a typed error, got ${String(error)}`, { cause: error });
	return error;
}

/** Names of members in their order, the lengths of texts, and the types of other values. */
export function form(value: unknown): unknown {
	if (typeof value === "string") return value.length;
	if (typeof value !== "object" || value === null) return typeof value;
	return Object.entries(value).map(([name, member]) => [name, form(member)]);
}

function show(value: unknown): string {
	const sorted = (_: string, member: unknown): unknown => {
		if (member instanceof Uint8Array) return { "bytes:": toHex(member) };
		if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
		return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
	};
	return JSON.stringify(value, sorted) ?? String(value);
}

const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

export interface Person {
	user_id: string;
	user: {
		private_key: string;
		public_key: string;
		sign_key: string;
		exported_public_key: string;
		exported_verify_key: string;
	};
}
/** Of the vectors of `keys`. */
export interface People {
	alice: Person;
	bob: Person;
}
