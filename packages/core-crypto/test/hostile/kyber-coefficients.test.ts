import { describe, expect, it } from "vitest";
import { decodePem, encodePem } from "../../src/encoding/pem.js";
import { createCrypto } from "../../src/index.js";
import { packBits, unpackBits } from "../../src/lattice/shared.js";
import { register } from "../account.js";
import { code } from "../expected.js";
import { nodePrimitives } from "../support.js";

describe("a second byte string for the same Kyber public key", () => {
	const crypto = createCrypto(nodePrimitives);
	const { user, userKey, device, login } = register(crypto, { identifier: "alice", password: "password" });
	const { public_key_string: text } = login.doneLogin.device_keys;

	/** The same key modulo q: every coefficient that has room for it is q larger. */
	const enlarge = (publicKeyText: string): string => {
		const { x, k } = JSON.parse(publicKeyText) as { x: string; k: string };
		const bytes = decodePem(k);
		const t = new Int32Array(768);
		unpackBits(bytes, 0, 12, t);
		packBits(
			t.map((coefficient) => (coefficient < 4096 - 3329 ? coefficient + 3329 : coefficient)),
			12,
			bytes,
			0,
		);
		return JSON.stringify({ x, k: encodePem(bytes) });
	};
	const forged = enlarge(text);
	const refused = code("PUBLIC_KEY_INVALID");

	it("is refused by the server's check, alone and in a hybrid", () => {
		const check = (publicKeyString: string, algorithm: string) => () =>
			crypto.checkPublicKey({ publicKeyString, algorithm, use: "encrypt" });
		expect(check(text, "ECIES-ed25519_KYBER_768")).not.toThrow();
		expect(check(forged, "ECIES-ed25519_KYBER_768")).toThrow(refused);
		expect(check(JSON.parse(text).k, "KYBER_768")).not.toThrow();
		expect(check(JSON.parse(forged).k, "KYBER_768")).toThrow(refused);
	});

	it("is refused as the key of a receiver or of a new device", () => {
		const publicKey = JSON.stringify({ ...JSON.parse(user.exportedPublicKey), public_key_pem: forged });
		expect(() => crypto.encryptString({ key: { publicKey }, text: "hello" })).toThrow(refused);
		const algorithm = "ECIES-ed25519_KYBER_768";
		expect(() => crypto.exportPublicKey({ publicKeyString: forged, algorithm, id: "device" })).toThrow(refused);
	});

	it("is refused in a group key", () => {
		const key = { ...userKey, public_group_key: enlarge(userKey.public_group_key) };
		const opened = crypto.openGroupKeys({ keys: [{ privateKey: device.device.privateKey, key }] });
		expect(opened).toEqual({ keys: [], unusable: [{ keyId: key.group_key_id, code: "PUBLIC_KEY_INVALID" }] });
	});
});
