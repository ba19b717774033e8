import { describe, expect, it } from "vitest";
import { utf8 } from "../bytes.js";
import { code, invalid } from "../expected.js";
import { backends } from "../support.js";
import { meet } from "./people.js";

const { alice, bob, group } = meet();

describe.each(backends)("content: %s", (_, backend) => {
	const key = () => ({ symmetric: group.groupKey });

	it("reports what the signature proves", async () => {
		const { signKey, exportedVerifyKey: verifyKey } = alice.user;
		const signed = await backend.encryptString({ key: key(), text: "text", signKey });
		const unsigned = await backend.encryptString({ key: key(), text: "text" });
		const decrypt = (text: string, options: object) => backend.decryptString({ key: key(), text, ...options });
		expect(await decrypt(signed, { verifyKey })).toEqual({ text: "text", signature: "verified" });
		expect(await decrypt(signed, {})).toEqual({ text: "text", signature: "unverified" });
		expect(await decrypt(unsigned, { verifyKey })).toEqual({ text: "text", signature: "none" });
		const required = { requireSignature: true };
		await expect(decrypt(signed, required)).rejects.toEqual(code("SIGNATURE_REQUIRED"));
		await expect(decrypt(unsigned, { ...required, verifyKey })).rejects.toEqual(code("SIGNATURE_REQUIRED"));
		const other = bob.user.exportedVerifyKey;
		await expect(decrypt(signed, { verifyKey: other })).rejects.toEqual(code("WRONG_VERIFY_KEY"));
	});

	it("checks in the reference's order: key, verify key, text, head", async () => {
		const bad = { key: { symmetric: "x" }, verifyKey: "", text: "!" };
		await expect(backend.decryptString(bad)).rejects.toEqual(code("KEY_STRING_INVALID"));
		await expect(backend.decryptString({ ...bad, key: key() })).rejects.toEqual(code("JSON_INVALID"));
		await expect(backend.decryptString({ key: key(), text: "!" })).rejects.toEqual(code("CIPHERTEXT_NOT_BASE64"));
		await expect(backend.decryptString({ key: key(), text: "AAAA" })).rejects.toEqual(code("JSON_INVALID"));
	});

	it("refuses text that is not UTF-8", async () => {
		const data = await backend.encrypt({ key: key(), data: Uint8Array.of(0xc3, 0x28) });
		const text = Buffer.from(data).toString("base64");
		await expect(backend.decryptString({ key: key(), text })).rejects.toEqual(code("PLAINTEXT_NOT_UTF8"));
	});

	it.each([0, 1, 11, 12, 13, 27, 28])("refuses %s bytes of garbage", async (length) => {
		const data = new Uint8Array(length);
		const head = '{"id":"a","sign":null}';
		await expect(backend.decryptRaw({ key: key(), head, data })).rejects.toEqual(code("DECRYPTION_FAILED"));
	});

	it("takes large data, and views of shared memory", async () => {
		const data = new Uint8Array(new SharedArrayBuffer(300_000)).fill(5);
		const encrypted = await backend.encrypt({ key: key(), data });
		const shared = new Uint8Array(new SharedArrayBuffer(encrypted.length));
		shared.set(encrypted);
		const decrypted = await backend.decrypt({ key: key(), data: shared });
		expect(Buffer.compare(decrypted.data, new Uint8Array(300_000).fill(5))).toBe(0);
	});

	it("rejects, and never throws", async () => {
		const input = undefined as never;
		for (const promise of [backend.encrypt(input), backend.prepareGroup(input), backend.openGroupKeys(input)]) {
			await expect(promise).rejects.toEqual(invalid("input"));
		}
	});

	it("survives structured cloning of every input and output", async () => {
		const input = structuredClone({ key: key(), data: utf8("x"), signKey: alice.user.signKey });
		const output = structuredClone(await backend.encryptRaw(input));
		expect((await backend.decryptRaw({ key: key(), ...output })).data).toEqual(utf8("x"));
		expect(structuredClone(group)).toEqual(group);
	});
});
