import type { CryptoBackend } from "../../src/crypto.js";
import { type Check, failsAsReference, rows, type Sources, same } from "./check.js";

interface Vectors {
	key: string;
	create: {
		text: string;
		full: boolean;
		limit: number | null;
		output: { hashes: string[]; alg: string; key_id: string };
	}[];
	counts: { text_length: number; limit: number; count: number }[];
	search: { text: string; hash: string }[];
	negative: { text: string; full: boolean; limit: number | null; error: string }[];
}

export function searchableChecks({ vectors }: Sources): Check[] {
	const { key, create, counts, search, negative } = vectors<Vectors>("searchable");
	const title = (text: string, full: boolean, limit: number | null): string =>
		`${text.length > 20 ? `${text.length} characters` : `"${text}"`}${full ? ", full" : ""}, limit ${limit}`;
	return [
		...rows(create).map(({ text, full, limit, output: { hashes, alg, key_id: keyId } }) => ({
			name: title(text, full, limit),
			run: async (crypto: CryptoBackend) =>
				same(await crypto.createSearch({ key, text, full, limit: limit ?? undefined }), { hashes, alg, keyId }),
		})),
		...rows(counts).map(({ text_length, limit, count }) => ({
			name: `the number of hashes of ${text_length} characters, limit ${limit}`,
			run: async (crypto: CryptoBackend) =>
				same((await crypto.createSearch({ key, text: "x".repeat(text_length), limit })).hashes.length, count),
		})),
		...rows(search).map(({ text, hash }) => ({
			name: `searches for ${title(text, true, null)}`,
			run: async (crypto: CryptoBackend) => same(await crypto.search({ key, text }), hash),
		})),
		...rows(negative).map(({ text, full, limit, error }) => ({
			name: `refuses ${title(text, full, limit)}`,
			run: (crypto: CryptoBackend) =>
				failsAsReference(crypto.createSearch({ key, text, full, limit: limit ?? undefined }), error),
		})),
	] satisfies Check[];
}
