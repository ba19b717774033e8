import { describe, expect, it } from "vitest";
import { createCrypto } from "../../src/index.js";
import { parsePublicKeyText } from "../../src/keys/public-key.js";
import { wrapKeyFor } from "../../src/keys/wrap.js";
import { encryptionSuites } from "../../src/suites.js";
import { register } from "../account.js";
import { utf8 } from "../bytes.js";
import { code } from "../expected.js";
import { runPure } from "../run-pure.js";
import { nodePrimitives } from "../support.js";

describe("a login challenge is no decryption oracle for what is encrypted for the device", () => {
	const crypto = createCrypto(nodePrimitives);
	const { prepareLogin, doneLogin } = register(crypto, { identifier: "alice", password: "password" }).login;
	const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password: "password", prepareLogin });
	const { keypair_encrypt_alg, public_key_string } = doneLogin.device_keys;
	const device = parsePublicKeyText(encryptionSuites, keypair_encrypt_alg, public_key_string, "device");
	const challengeOf = (plaintext: Uint8Array): string => {
		const challenge = runPure(wrapKeyFor(device, plaintext));
		return crypto.openDevice({ masterKeyEncryptionKey, doneLogin: { ...doneLogin, challenge } }).challenge;
	};

	it.each<[string, Uint8Array]>([
		["a key that happens to be UTF-8", utf8("\u0000key of 32 bytes that is UTF-8 é")],
		["a key that happens to be printable", utf8("0123456789 ABCDEF+/=0123456789.,")],
		["a key that happens to be base64url", utf8("0123456789_ABCDEF-0123456789_abc")],
		["a text", utf8("the text of a message")],
		["JSON", utf8('{"Aes":{"key":"AAAA","key_id":"1"}}')],
		["a challenge with a line break", utf8(`${"a".repeat(67)}\n`)],
		["letters outside ASCII", utf8("é".repeat(67))],
		["nothing", new Uint8Array()],
	])("%s is not answered", (_, plaintext) => {
		expect(() => challengeOf(plaintext)).toThrow(code("CHALLENGE_INVALID"));
	});

	it.each([
		["the reference server", "c77g6Txa6Y52t4bMzsoLNbe-KwUf4Vi09ps_bCMH5DVJbzhawRkRDUs_NfdTHa8_1L0"],
		["another server", "challenge-rDI8urR5oHSrhHyG"],
	])("the challenge of %s is", (_, challenge) => {
		expect(challengeOf(utf8(challenge))).toBe(challenge);
	});
});
