import { describe, expect, it, vi } from "vitest";
import { noblePrimitives } from "../../src/primitives/noble.js";
import type { Platform, Primitives } from "../../src/primitives/types.js";
import { createWebCrypto } from "../../src/primitives/web-crypto.js";
import { fromHex, utf8 } from "../bytes.js";
import { lowOrderPoints, signatureEdges } from "../curve-edges.js";

const { subtle } = globalThis.crypto;
const message = utf8("hello");
const { publicKey, secretKey } = noblePrimitives.ed25519KeyPair();
const signature = noblePrimitives.ed25519Sign(secretKey, message);
const pair = noblePrimitives.x25519KeyPair();

/** A platform that does some of it in another way. */
const changed = (changes: Partial<SubtleCrypto>): SubtleCrypto =>
	new Proxy(subtle, {
		get: (target, name) => Reflect.get(changes, name) ?? Reflect.get(target, name).bind(target),
	});

async function computes(platform: Platform): Promise<void> {
	expect(await platform.ed25519PublicKey(secretKey)).toEqual(publicKey);
	expect(await platform.ed25519Verify(publicKey, message, await platform.ed25519Sign(secretKey, message))).toBe(true);
	expect(await platform.ed25519Verify(publicKey, utf8("other"), signature)).toBe(false);
	expect(await platform.x25519PublicKey(pair.secretKey)).toEqual(pair.publicKey);
	const { encapsulation, sharedSecret } = await platform.x25519Encapsulate(pair.publicKey);
	expect(noblePrimitives.x25519SharedSecret(pair.secretKey, encapsulation)).toEqual(sharedSecret);
	expect(await platform.x25519SharedSecret(pair.secretKey, encapsulation)).toEqual(sharedSecret);
}

it("computes with the curves, and asks the primitives only for what WebCrypto refuses", async () => {
	const asked: string[] = [];
	const primitives = Object.fromEntries(
		Object.entries(noblePrimitives).map(([name, value]) => {
			if (!name.includes("25519")) return [name, value];
			const telling = (...input: unknown[]): unknown => {
				asked.push(name);
				return (value as (...input: unknown[]) => unknown)(...input);
			};
			return [name, telling];
		}),
	) as unknown as Primitives;
	await computes(createWebCrypto(subtle, primitives));
	// A wrong signature: some platforms refuse right ones.
	expect(asked).toEqual(["ed25519Verify"]);
});

it("new pairs belong together", async () => {
	const platform = createWebCrypto(subtle, noblePrimitives);
	const ed = await platform.ed25519KeyPair();
	const x = await platform.x25519KeyPair();
	expect(noblePrimitives.ed25519PublicKey(ed.secretKey)).toEqual(ed.publicKey);
	expect(noblePrimitives.x25519PublicKey(x.secretKey)).toEqual(x.publicKey);
});

describe("the primitives take the place of WebCrypto", () => {
	const unsupported = async (): Promise<never> => {
		throw new DOMException("Unrecognized name.", "NotSupportedError");
	};

	it("that has no curves, which is found out once", async () => {
		const importKey = vi.fn(unsupported);
		const platform = createWebCrypto(changed({ importKey }), noblePrimitives);
		for (let i = 0; i < 3; i++) await computes(platform);
		expect(importKey).toHaveBeenCalledTimes(2);
	});

	it("that refuses whatever it is asked", async () => {
		const platform = createWebCrypto(subtle, noblePrimitives);
		await computes(platform);
		platform.clear();
		const refusing = vi.spyOn(subtle, "importKey").mockImplementation(unsupported);
		await computes(platform);
		expect(refusing).toHaveBeenCalled();
		refusing.mockRestore();
	});

	it("that exports no public half", async () => {
		const exportKey = async (): Promise<JsonWebKey> => ({});
		await computes(createWebCrypto(changed({ exportKey: exportKey as unknown as SubtleCrypto["exportKey"] }), noblePrimitives));
	});

	it("that verifies more than it should", async () => {
		const platform = createWebCrypto(changed({ verify: async () => true }), noblePrimitives);
		for (const edge of signatureEdges()) {
			expect([edge.name, await platform.ed25519Verify(edge.publicKey, edge.message, edge.signature)]).toEqual([
				edge.name,
				edge.valid,
			]);
		}
	});

	it("that takes a shared secret of zeros", async () => {
		const platform = createWebCrypto(changed({ deriveBits: async () => new ArrayBuffer(32) }), noblePrimitives);
		await computes(platform);
		for (const point of lowOrderPoints.map(fromHex)) {
			await expect(platform.x25519Encapsulate(point)).rejects.toMatchObject({ code: "ENCRYPTION_FAILED" });
			await expect(platform.x25519SharedSecret(pair.secretKey, point)).rejects.toMatchObject({
				code: "DECRYPTION_FAILED",
			});
		}
	});
});
