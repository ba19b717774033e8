import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHead, packHead, parseHead, unpack } from "../../src/content/head.js";
import {
	decodeBase64,
	decodeBase64Url,
	encodeBase64,
	encodeBase64Url,
	parseBase64,
} from "../../src/encoding/base64.js";
import { portable } from "../../src/encoding/base64-portable.js";
import { concat, equalBytes } from "../../src/encoding/bytes.js";
import { decodePem, encodePem } from "../../src/encoding/pem.js";
import { native as ofNode } from "../../src/encoding/text-node.js";
import { decodeAscii as decodeAsciiOfWeb, native as ofWeb } from "../../src/encoding/text-web.js";
import { decodeUtf8, encodeUtf8 } from "../../src/encoding/utf8.js";
import { CryptoError, InvalidInput, isSentcError, SentcError } from "../../src/errors.js";
import { formatHalves, parseHalves } from "../../src/keys/halves.js";
import {
	encryptionSuites,
	findSuite,
	passwordSuites,
	searchableSuites,
	signatureSuites,
	sortableSuites,
	symmetricSuites,
} from "../../src/suites.js";
import { fromHex, toBase64 } from "../bytes.js";
import { code } from "../expected.js";

const anyBytes = fc.uint8Array({ maxLength: 300 });
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = fc.string({ unit: "binary" });

describe("base64", () => {
	it("is canonical and reversible", () => {
		fc.assert(
			fc.property(anyBytes, (bytes) => {
				expect(encodeBase64(bytes)).toBe(toBase64(bytes));
				expect(parseBase64(encodeBase64(bytes), "KEY_STRING_INVALID")).toEqual(bytes);
				expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
			}),
		);
	});

	it("accepts exactly what it would write itself", () => {
		const nearly = fc.string({ unit: fc.constantFrom(..."AQgw+/=-_ \nz9é"), maxLength: 12 });
		fc.assert(
			fc.property(fc.oneof(nearly, fc.base64String(), fc.string()), (text) => {
				const canonical = toBase64(new Uint8Array(Buffer.from(text, "base64"))) === text;
				const decode = () => parseBase64(text, "SALT_NOT_BASE64");
				if (canonical) expect(encodeBase64(decode())).toBe(text);
				else expect(decode).toThrow(code("SALT_NOT_BASE64"));
				expect(decodeBase64(text)).toEqual(canonical ? decode() : undefined);
			}),
			{ numRuns: runs(3000) },
		);
	});

	it("for URLs accepts exactly what it would write itself, too", () => {
		const nearly = fc.string({ unit: fc.constantFrom(..."AQgw+/=-_ \nz9é"), maxLength: 12 });
		fc.assert(
			fc.property(fc.oneof(nearly, fc.string()), (text) => {
				const bytes = new Uint8Array(Buffer.from(text, "base64url"));
				const canonical = Buffer.from(bytes).toString("base64url") === text;
				expect(decodeBase64Url(text)).toEqual(canonical ? bytes : undefined);
			}),
			{ numRuns: runs(3000) },
		);
		expect(decodeBase64Url(undefined as never)).toBeUndefined();
		expect(decodeBase64(null as never)).toBeUndefined();
	});
});

describe.each([
	["portable", portable],
	["of Node", ofNode],
	["of the web, where it is", ofWeb],
])("base64, %s", (_, base64) => {
	it("is the same in every runtime", () => {
		const nearly = fc.string({ unit: fc.constantFrom(..."AQgw+/=-_ \nz9éŁ"), maxLength: 12 });
		fc.assert(
			fc.property(anyBytes, nearly, (bytes, text) => {
				expect(base64.encode(bytes)).toBe(toBase64(bytes));
				expect(base64.encodeUrl(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
				expect(base64.decode(toBase64(bytes))).toEqual(bytes);
				const read = new Uint8Array(Buffer.from(text, "base64"));
				expect(base64.decode(text)).toEqual(toBase64(read) === text ? read : undefined);
			}),
		);
	});

	it("takes no text of which one character is another, short or long", () => {
		// Characters that some decoders read over or take for others, by their lower byte, too.
		const others = [
			"-",
			"_",
			"=",
			" ",
			"\n",
			"\r",
			"\t",
			"\0",
			",",
			".",
			"!",
			"é",
			"Á",
			"Ł",
			"\u012b",
			"\ud841",
			"\uff21",
		];
		const length = fc.oneof(fc.nat(100), fc.integer({ min: 100_000, max: 100_010 }));
		fc.assert(
			fc.property(length, fc.nat(), fc.constantFrom(...others), (bytes, place, other) => {
				const text = toBase64(new Uint8Array(bytes).fill(0xa5));
				const at = place % (text.length + 1);
				for (const cut of [0, 1]) {
					const changed = text.slice(0, at) + other + text.slice(at + cut);
					expect(base64.decode(changed) === undefined).toBe(changed !== text);
				}
			}),
			{ numRuns: runs(1000) },
		);
	});

	it("takes no bits beyond the last byte", () => {
		for (const text of ["AB==", "AAB=", "Af==", "AAD="]) {
			expect(base64.decode(text)).toBeUndefined();
			expect(base64.decode(`${"AAAA".repeat(50)}${text}`)).toBeUndefined();
		}
	});

	it("is strict up to the end of a long text", () => {
		const bytes = new Uint8Array(300_000).fill(0xa5);
		const text = toBase64(bytes);
		expect(base64.encode(bytes)).toBe(text);
		expect(base64.decode(text)).toEqual(bytes);
		expect(base64.decode(`${text.slice(0, -9)}-${text.slice(-8)}`)).toBeUndefined();
	});
});

describe("UTF-8", () => {
	it("keeps every well-formed text, byte order mark included", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				expect(decodeUtf8(encodeUtf8(text, "text"))).toBe(text);
			}),
		);
		expect(decodeUtf8(fromHex("efbbbf61"))).toBe("\ufeffa");
	});

	it.each([100, 4095, 4096, 100_000])("is that of every runtime for texts of about %i characters", (length) => {
		const long = "a".repeat(length);
		for (const text of [long, `é${long}`, `${long}é`, `${long}日本語`, "🙂".repeat(length), `${long}\u007f\u0080`]) {
			const bytes = encodeUtf8(text, "text");
			expect(Buffer.compare(bytes, Buffer.from(text))).toBe(0);
			expect(bytes.buffer.byteLength).toBe(bytes.length);
			expect(decodeUtf8(bytes) === text).toBe(true);
		}
		expect(decodeUtf8(Uint8Array.of(...Buffer.from(long), 0xff))).toBeUndefined();
		expect(decodeAsciiOfWeb(encodeUtf8(long, "text"))).toBeUndefined();
	});

	it.each(["\ud800", "a\udc00b", "\udc00\ud800"])("refuses lone surrogates: %j", (text) => {
		expect(() => encodeUtf8(text, "password")).toThrow(
			expect.objectContaining({ code: "INVALID_INPUT", field: "password" }),
		);
	});

	it.each(["ff", "c0af", "eda080", "f4908080", "e282"])("refuses the bytes %s", (hex) => {
		expect(decodeUtf8(fromHex(hex))).toBeUndefined();
	});
});

it("bytes are compared as a whole", () => {
	fc.assert(
		fc.property(anyBytes, anyBytes, (a, b) => {
			expect(equalBytes(a, Uint8Array.from(a))).toBe(true);
			expect(equalBytes(a, b)).toBe(toBase64(a) === toBase64(b));
		}),
	);
});

describe("PEM", () => {
	const key = Uint8Array.from({ length: 100 }, (_, i) => i);
	const pem = encodePem(key);
	const [begin = "", first = "", second = "", third = "", end = ""] = pem.split("\n");

	it("is RFC 7468 with lines of 64 characters, and reversible", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
				const text = encodePem(bytes);
				expect(text).toMatch(/^-----BEGIN PUBLIC KEY-----\n(.{64}\n)*.{1,64}\n-----END PUBLIC KEY-----\n$/);
				expect(decodePem(text)).toEqual(bytes);
			}),
		);
	});

	it.each([
		["CRLF", pem.replaceAll("\n", "\r\n")],
		["no final newline", pem.slice(0, -1)],
		["another label", pem.replaceAll("PUBLIC KEY", "X25519 THING")],
		["text in front", `Somebody's key\n\n${pem}`],
	])("accepts %s", (_, text) => expect(decodePem(text)).toEqual(key));

	it.each([
		["empty text", ""],
		["no body", `${begin}\n${end}\n`],
		["one long line", `${begin}\n${first}${second}${third}\n${end}\n`],
		["short lines", `${begin}\n${first.slice(0, 60)}\n${first.slice(60)}${second}\n${third}\n${end}\n`],
		["a blank line in the body", `${begin}\n${first}\n\n${second}\n${third}\n${end}\n`],
		["END not at the start of a line", `${begin}\n${first}\n${second}\n${third}${end}\n`],
		["a blank line after END", `${pem}\n`],
		["a space after END", `${pem.slice(0, -1)} \n`],
		["a second key", pem + pem],
		["different labels", pem.replace("END PUBLIC", "END SECRET")],
		["no END", `${begin}\n${first}\n${second}\n${third}\n`],
		["no BEGIN", `${first}\n${second}\n${third}\n${end}\n`],
		["characters outside base64", pem.replace(third, `${third.slice(0, -1)}!`)],
	])("refuses %s", (_, text) => expect(() => decodePem(text)).toThrow(code("PEM_INVALID")));
});

describe("hybrid JSON", () => {
	const decode = (text: string) => parseBase64(text, "SIGNATURE_NOT_BASE64");

	it("is reversible", () => {
		fc.assert(
			fc.property(bytesOf(3), bytesOf(5), (x, k) => {
				const both = new Uint8Array([...x, ...k]);
				const text = formatHalves(both, [3, 5], encodeBase64);
				expect(text).toBe(`{"x":"${toBase64(x)}","k":"${toBase64(k)}"}`);
				expect(parseHalves(text, [3, 5], decode)).toEqual(both);
				expect(parseHalves(formatHalves(x, [3], encodeBase64), [3], decode)).toEqual(x);
			}),
		);
	});

	it.each([
		["not JSON", "AAAA", "JSON_INVALID"],
		["a half is missing", '{"x":"AAAA"}', "JSON_INVALID"],
		["a half is not text", '{"x":"AAAA","k":3}', "JSON_INVALID"],
		["not base64", '{"x":"AAAA","k":"AAAAAA"}', "SIGNATURE_NOT_BASE64"],
		["halves swapped", '{"x":"AAAAAAA=","k":"AAAA"}', "KEY_LENGTH"],
	])("refuses: %s", (_, text, name) => {
		expect(() => parseHalves(text, [3, 5], decode)).toThrow(code(name));
	});
});

describe("head and packed bytes", () => {
	const head = fc.record({ id, sign: fc.option(fc.record({ id, alg: id })) });

	it("are reversible", () => {
		fc.assert(
			fc.property(head, anyBytes, (value, data) => {
				expect(parseHead(formatHead(value))).toEqual(value);
				expect(unpack(concat(packHead(formatHead(value)), data))).toEqual({ head: value, data });
			}),
		);
	});

	it("are written in the protocol's form", () => {
		expect(formatHead({ id: "a" })).toBe('{"id":"a","sign":null}');
		expect(formatHead({ sign: { alg: "x", id: "b" }, id: "a" })).toBe('{"id":"a","sign":{"id":"b","alg":"x"}}');
	});

	it.each([
		["no bytes", new Uint8Array()],
		["no zero byte, valid JSON", new TextEncoder().encode('{"id":"a","sign":null}')],
		["no zero byte, no JSON", new TextEncoder().encode("abc")],
		["an empty head", new Uint8Array(40)],
		["a head that is not UTF-8", fromHex("7b22ff227d00")],
		["a head without id", new TextEncoder().encode('{"sign":null}\0abc')],
		["a signature without algorithm", new TextEncoder().encode('{"id":"a","sign":{"id":"b"}}\0abc')],
	])("refuse %s", (_, packed) => expect(() => unpack(packed)).toThrow(code("JSON_INVALID")));
});

describe("suites", () => {
	it.each([encryptionSuites, signatureSuites, symmetricSuites, searchableSuites, sortableSuites, passwordSuites])(
		"are found by their exact identifier only (%#)",
		(...suites: { id: string }[]) => {
			for (const suite of suites) {
				expect(findSuite(suites, suite.id)).toBe(suite);
				for (const other of ["", "constructor", suite.id.toLowerCase() + suite.id, `${suite.id} `]) {
					expect(() => findSuite(suites, other)).toThrow(code("UNKNOWN_ALGORITHM"));
				}
			}
		},
	);
});

describe("errors", () => {
	it("are JSON as strings, whatever they say", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (status, errorMessage) => {
				const error = new SentcError({ status, code: "X", errorMessage });
				expect(JSON.parse(String(error))).toEqual({ status, error_message: errorMessage });
			}),
		);
		const { errorMessage } = new CryptoError("DECRYPTION_FAILED");
		expect(String(new CryptoError("DECRYPTION_FAILED"))).toBe(
			`{"status": "client_14", "error_message": "${errorMessage}"}`,
		);
	});

	it("are recognised by their brand", () => {
		class Other extends SentcError {}
		const cause = new Error("inner");
		const error = new Other({ status: "server_112", code: "WRONG_PASSWORD", errorMessage: "no", cause });
		expect(isSentcError(error)).toBe(true);
		expect(error.cause).toBe(cause);
		expect(isSentcError(new InvalidInput("a", "b"))).toBe(true);
		for (const value of [new Error("x"), null, undefined, "text", { status: "client_1", code: "X" }]) {
			expect(isSentcError(value)).toBe(false);
		}
	});
});
