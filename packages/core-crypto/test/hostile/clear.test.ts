import nodeCrypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
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
