import nodeCrypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createCrypto, createInThreadBackend } from "../../src/crypto.js";
import { createPrimitives } from "../../src/primitives/node.js";
import { utf8 } from "../bytes.js";

// `node:crypto` itself, with a count of the keys that were parsed.
const parsed = vi.spyOn(nodeCrypto, "createPrivateKey");
syncBuiltinESMExports();
afterAll(() => {
	parsed.mockRestore();
	syncBuiltinESMExports();
});
beforeEach(() => {
	parsed.mockClear();
});

const primitives = createPrimitives();
const { secretKey } = primitives.ed25519KeyPair();
const sign = (): void => void primitives.ed25519Sign(secretKey, utf8("hello"));

it("a private key is parsed once, and again after clear", () => {
	sign();
	sign();
	expect(parsed).toHaveBeenCalledTimes(1);
	primitives.clear();
	sign();
	expect(parsed).toHaveBeenCalledTimes(2);
});

it.each([
	["createCrypto", async () => createCrypto(primitives).clear()],
	["createInThreadBackend", () => createInThreadBackend({ primitives }).clear()],
	["createInThreadBackend, close", () => createInThreadBackend({ primitives }).close()],
])("%s clears its primitives", async (_, clear) => {
	sign();
	parsed.mockClear();
	sign();
	expect(parsed).not.toHaveBeenCalled();
	await clear();
	sign();
	expect(parsed).toHaveBeenCalledTimes(1);
});

it("a key string is parsed once, and again after clear", async () => {
	const crypto = createCrypto(primitives);
	const key = { symmetric: JSON.stringify({ Aes: { key: Buffer.alloc(32).toString("base64"), key_id: "" } }) };
	const parse = vi.spyOn(JSON, "parse");
	const parsedBy = (): number => {
		parse.mockClear();
		crypto.encrypt({ key, data: utf8("hello") });
		return parse.mock.calls.length;
	};
	expect([parsedBy(), parsedBy()]).toEqual([1, 0]);
	crypto.clear();
	expect([parsedBy(), parsedBy()]).toEqual([1, 0]);
	await createInThreadBackend({ primitives }).clear();
	expect(parsedBy()).toBe(1);
	parse.mockRestore();
});

it("a key for WebCrypto is imported once, and again after clear", async () => {
	const crypto = createInThreadBackend({ primitives: { ...primitives, isNative: false } });
	const key = { symmetric: JSON.stringify({ Aes: { key: Buffer.alloc(32, 9).toString("base64"), key_id: "" } }) };
	const imports = vi.spyOn(globalThis.crypto.subtle, "importKey");
	const importedBy = async (): Promise<number> => {
		imports.mockClear();
		await crypto.decrypt({ key, data: await crypto.encrypt({ key, data: utf8("hello") }) });
		return imports.mock.calls.length;
	};
	expect([await importedBy(), await importedBy()]).toEqual([1, 0]);
	await crypto.clear();
	expect([await importedBy(), await importedBy()]).toEqual([1, 0]);
	imports.mockRestore();
});

describe("with WebCrypto", () => {
	const key = { symmetric: JSON.stringify({ Aes: { key: Buffer.alloc(32).toString("base64"), key_id: "" } }) };
	const signKey = JSON.stringify({ Ed25519: { key: Buffer.from(secretKey).toString("base64"), key_id: "" } });
	const backend = createInThreadBackend({ primitives: { ...primitives, isNative: false } });
	const signOnce = (): Promise<unknown> => backend.encrypt({ key, data: utf8("hello"), signKey });

	async function importsToSign(): Promise<number> {
		const imports = vi.spyOn(globalThis.crypto.subtle, "importKey");
		await signOnce();
		const formats = imports.mock.calls.map(([format]): string => format);
		imports.mockRestore();
		return formats.filter((format) => format === "pkcs8").length;
	}

	it("a private key is imported once, and again after clear", async () => {
		await signOnce();
		expect(await importsToSign()).toBe(0);
		await backend.clear();
		expect([await importsToSign(), await importsToSign()]).toEqual([1, 0]);
	});

	it("clear waits for what runs, which would keep its keys again", async () => {
		await backend.clear();
		const running = signOnce();
		await backend.clear();
		await running;
		expect(await importsToSign()).toBe(1);
	});
});
