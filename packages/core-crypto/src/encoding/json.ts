import * as z from "zod/mini";
import { CryptoError, type CryptoErrorCode, InvalidInput } from "../errors.js";

/**
 * Parses JSON text of a known shape; unknown members are dropped. The parser's own error is left out on purpose: it quotes the
 * text, which may be a secret key.
 *
 * @throws CryptoError with the given code
 */
export function parseJson<T>(schema: z.ZodMiniType<T>, text: string, code: CryptoErrorCode = "JSON_INVALID"): T {
	return parseShape(schema, readJson(text), code);
}

function readJson(text: string): unknown {
	try {
		return typeof text === "string" ? JSON.parse(text) : undefined;
	} catch {
		return undefined;
	}
}

/** zod stops where the first thing is wrong. That is not in its public types; a test counts the issues. */
const FIRST_ISSUE: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

/**
 * Checks parsed JSON of a known shape; unknown members are dropped. It stops at the first list item or member that is wrong: a long list
 * of wrong items would make a heap of issues.
 */
export function checkShape<Schema extends z.ZodMiniType>(
	schema: Schema,
	value: unknown,
): z.core.util.SafeParseResult<z.infer<Schema>> {
	return schema.safeParse(value, FIRST_ISSUE) as z.core.util.SafeParseResult<z.infer<Schema>>;
}

/** Checks parsed JSON of a known shape. @throws CryptoError with the given code */
export function parseShape<T>(schema: z.ZodMiniType<T>, value: unknown, code: CryptoErrorCode): T {
	const result = checkShape(schema, value);
	if (!result.success) throw new CryptoError(code);
	return result.data;
}

/** Checks an argument of a known shape; unknown members are dropped. @throws InvalidInput naming the member */
export function requireShape<T>(schema: z.ZodMiniType<T>, value: T, field: string): T {
	const result = checkShape(schema, value);
	if (result.success) return result.data;
	const path = [field, ...(result.error.issues[0]?.path ?? [])].join(".");
	throw new InvalidInput(path, "is missing or has the wrong type");
}

/** @throws InvalidInput unless the value is an object */
export function requireObject(value: unknown, field: string): void {
	if (typeof value !== "object" || value === null) throw new InvalidInput(field, "must be an object");
}

/** A member that may be `null` or left out. */
export type Optional<T> = T | null | undefined;

/** Milliseconds since 1970 as an integer from 0 to 2^53 − 1. */
export const timeSchema: z.ZodMiniType<number> = z.int().check(z.nonnegative());
