import { describe, expect, it } from "vitest";
import { readHead } from "../../src/index.js";
import { toBase64, utf8 } from "../bytes.js";
import { code } from "../expected.js";
import { crypto, meet } from "../scenario/people.js";

const { alice, group } = meet();
const key = { symmetric: group.groupKey };

describe("readHead", () => {
	it("reads the head of bytes and of texts, signed or not", () => {
		for (const options of [{ key }, { key, signKey: alice.user.signKey }]) {
			const { head } = crypto.encryptRaw({ ...options, data: utf8("hello") });
			expect(readHead(crypto.encrypt({ ...options, data: utf8("hello") }))).toEqual(JSON.parse(head));
			expect(readHead(crypto.encryptString({ ...options, text: "hello" }))).toEqual(JSON.parse(head));
		}
	});

	it.each([1, 100, 180, 190, 191, 192, 193, 400, 5000])("reads a head with an id of %i characters", (length) => {
		const id = "i".repeat(length);
		for (const payload of [0, 1, 2, 3, 500]) {
			const packed = Uint8Array.from([...utf8(JSON.stringify({ id, sign: null })), 0, ...utf8("p".repeat(payload))]);
			expect(readHead(toBase64(packed))).toEqual({ id, sign: null });
		}
	});

	it("answers what callers may change", () => {
		const text = crypto.encryptString({ key, text: "hello", signKey: alice.user.signKey });
		const head = readHead(text);
		const before = JSON.stringify(head);
		Object.assign(head.sign ?? {}, { id: "another", alg: "another" });
		Object.assign(head, { id: "another" });
		expect(JSON.stringify(readHead(text))).toBe(before);
	});

	it("decodes no more of a text than it needs", () => {
		const text = crypto.encryptString({ key, text: "x".repeat(10_000) });
		const damaged = `${text.slice(0, 1000)}!${text.slice(1001)}`;
		expect(readHead(damaged)).toEqual(readHead(text));
		expect(() => crypto.decryptString({ key, text: damaged })).toThrow(code("CIPHERTEXT_NOT_BASE64"));
	});

	it.each<[what: string, text: string, error: string]>([
		["nothing", "", "JSON_INVALID"],
		["no zero byte", toBase64(utf8("{}".repeat(500))), "JSON_INVALID"],
		["no JSON in front of the zero byte", toBase64(Uint8Array.of(123, 0, 1)), "JSON_INVALID"],
		["another JSON value", toBase64(Uint8Array.of(...utf8("[]"), 0, 1)), "JSON_INVALID"],
		["bytes that are not UTF-8", toBase64(Uint8Array.of(0xff, 0, 1)), "JSON_INVALID"],
		["foreign characters", "!!!!", "CIPHERTEXT_NOT_BASE64"],
		["padding within the text", `${"AQ==".repeat(64)}AAAA`, "CIPHERTEXT_NOT_BASE64"],
		["no padding", "e30", "CIPHERTEXT_NOT_BASE64"],
	])("is refused with %s", (_, text, error) => {
		expect(() => readHead(text)).toThrow(code(error));
	});
});
