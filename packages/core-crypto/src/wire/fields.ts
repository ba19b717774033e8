import * as z from "zod/mini";

/** A member that may be `null` or left out. */
export type Optional<T> = T | null | undefined;

export const optionalText: z.ZodMiniType<Optional<string>> = z.nullish(z.string());

/** Milliseconds since 1970 as an integer from 0 to 2^53 − 1. */
export const timeSchema: z.ZodMiniType<number> = z.int().check(z.nonnegative());
