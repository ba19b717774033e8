import * as z from "zod/mini";
import type { Optional } from "../encoding/json.js";

// The most that travels of each kind. Everything is at least twice what the hybrid suite makes (protocol/http-api §6.1), and what
// the API stores of one request stays below 150 kB.

/** A text of at most so many UTF-16 units. */
const text = (most: number): z.ZodMiniType<string> => z.string().check(z.maxLength(most));

/** An id: a UUID has 36 characters. */
export const idText: z.ZodMiniType<string> = text(128);
/** Name of an algorithm: the longest has 23 characters. */
export const algorithmText: z.ZodMiniType<string> = text(128);
/** Identifier of a device, which a person may have chosen: our SDK takes 1024 bytes. */
export const identifierText: z.ZodMiniType<string> = text(2048);
/** Salt, proof, token or one-time code: none has more than 67 characters. */
export const tokenText: z.ZodMiniType<string> = text(256);
/** A JWT: about 450 characters. */
export const jwtText: z.ZodMiniType<string> = text(4096);
/** A symmetric key that a symmetric or public key encrypts; twice as much fits the one of a rotation: 1.7 kB. */
export const wrappedKeyText: z.ZodMiniType<string> = text(4096);
/** A public or verify key: 2.9 kB. */
export const publicKeyText: z.ZodMiniType<string> = text(8192);
/** An encrypted private or sign key: 5.4 kB. */
export const privateKeyText: z.ZodMiniType<string> = text(16_384);
/** A signature: 4.5 kB. */
export const signatureText: z.ZodMiniType<string> = text(16_384);
/** A sentence of the API. */
export const messageText: z.ZodMiniType<string> = text(16_384);

/** A rank is 0 to 4; others are for the rules to refuse. */
export const rankNumber: z.ZodMiniType<number> = z.int().check(z.minimum(-(2 ** 31)), z.maximum(2 ** 31 - 1));

/** A member that may be `null` or left out. */
export const optional = <T>(schema: z.ZodMiniType<T>): z.ZodMiniType<Optional<T>> => z.nullish(schema);

/** Most keys that are read of one request: more than the 100 that are taken, so that 101 have their own error. */
const SENT_KEYS = 200;
/** Most items that are read of a list of the API: its pages have 50, other lists of the reference have no limit of their own. */
const ANSWERED_ITEMS = 10_000;

/** Keys that a client sends. */
export const sentKeys = <T>(key: z.ZodMiniType<T>): z.ZodMiniType<T[]> => z.array(key).check(z.maxLength(SENT_KEYS));
/** A list that the API answers. */
export const answeredList = <T>(item: z.ZodMiniType<T>): z.ZodMiniType<T[]> =>
	z.array(item).check(z.maxLength(ANSWERED_ITEMS));
