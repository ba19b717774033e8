import { expect, it } from "vitest";
import { createCrypto } from "../../src/crypto.js";
import { createNonces } from "../../src/primitives/nonces.js";
import { toBase64, utf8 } from "../bytes.js";
import { key } from "../runtime/workers.js";
import { providers } from "../support.js";

it.each(providers)("no two ciphertexts of one key have the same nonce: %s", (_, primitives) => {
	const crypto = createCrypto(primitives);
	const nonces = Array.from({ length: 1000 }, (_, index) => {
		if (index % 100 === 99) crypto.clear();
		return toBase64(crypto.encryptRaw({ key, data: utf8("hello") }).data.subarray(0, 12));
	});
	expect(new Set(nonces).size).toBe(1000);
});

it("every random byte is given out once, and is overwritten here when it is", () => {
	const pools: Uint8Array[] = [];
	let next = 0;
	const nonces = createNonces(2, (bytes) => {
		pools.push(bytes);
		for (let i = 0; i < bytes.length; i++) bytes[i] = ++next;
	});
	expect([nonces.take(), nonces.take()]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
	expect(pools[0]?.slice(0, 6)).toEqual(Uint8Array.of(0, 0, 0, 0, 5, 6));
	nonces.clear();
	expect(pools[0]?.every((byte) => byte === 0)).toBe(true);
	const length = next;
	expect(nonces.take()).toEqual(Uint8Array.of(length + 1, length + 2));
});
