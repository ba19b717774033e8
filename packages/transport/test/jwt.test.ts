import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeJwt, isCompactJws } from "../src/index.js";

interface Vectors {
	jwt: string;
	claims: unknown;
	invalid: Record<string, { returned?: unknown; thrown?: string }>;
}
const vectors: Vectors = JSON.parse(readFileSync(new URL("./vectors/decode_jwt.json", import.meta.url), "utf8"));

describe("decodeJwt", () => {
	it("reads the claims of a real JWT", () => {
		expect(decodeJwt(vectors.jwt)).toEqual(vectors.claims);
	});

	for (const [jwt, { returned, thrown }] of Object.entries(vectors.invalid)) {
		it(`does with "${jwt}" what the reference client does`, () => {
			if (thrown === undefined) expect(decodeJwt(jwt)).toEqual(returned);
			else expect(() => decodeJwt(jwt)).toThrow(expect.objectContaining({ status: JSON.parse(thrown).status }));
		});
	}

	it.each([
		["negative", -1],
		["fractional", 1.5],
		["beyond 32 bits", 2 ** 32],
	])("refuses a %s exp", (_, exp) => {
		const payload = btoa(JSON.stringify({ aud: "u", sub: "d", exp, iat: 1, fresh: true })).replaceAll("=", "");
		expect(() => decodeJwt(`a.${payload}.c`)).toThrow(expect.objectContaining({ status: "client_1101" }));
	});
});

describe("isCompactJws", () => {
	it.each([["a.b.c"], [vectors.jwt]])("takes %s", (text) => expect(isCompactJws(text)).toBe(true));
	it.each([[""], ["a.b"], ["a..c"], ["<html>"], ['"a.b.c"'], ["a.b.c\n"], ["a.b.c.d"]])("refuses %j", (text) =>
		expect(isCompactJws(text)).toBe(false),
	);
});
