import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createCrypto, type LoginKeys, type OpenedDevice, type SyncCrypto } from "../../src/index.js";
import type { DeviceRegisterData, DoneLogin } from "../../src/wire/index.js";
import { classicReader, classicSigner, serverDevice } from "../account.js";
import { code, invalid } from "../expected.js";
import { changed, reset } from "../server-password.js";
import { nodePrimitives } from "../support.js";

const crypto = createCrypto(nodePrimitives);
/** Each run costs several derivations. */
const few = { numRuns: runs(8) };
/** Any text that has a UTF-8 form. */
const password = fc.string({ unit: "binary", maxLength: 30 });

let registered: DeviceRegisterData;
beforeAll(() => {
	registered = crypto.prepareRegisterDevice({ identifier: "phone", password: "first" });
});

function logIn(
	device: DeviceRegisterData,
	text: string,
): { keys: LoginKeys; doneLogin: DoneLogin; opened: OpenedDevice } {
	const { prepareLogin, doneLogin } = serverDevice(crypto, device, "phone");
	const keys = crypto.deriveLoginKeys({ password: text, prepareLogin });
	const { masterKeyEncryptionKey } = keys;
	return { keys, doneLogin, opened: crypto.openDevice({ masterKeyEncryptionKey, doneLogin }) };
}

describe("a password change", () => {
	it("keeps the master key and all keys of the device, and ends the old password", () => {
		fc.assert(
			fc.property(password, (newPassword) => {
				fc.pre(newPassword !== "first");
				const before = logIn(registered, "first");
				const encryptedMasterKey = before.doneLogin.device_keys.encrypted_master_key;
				const body = crypto.preparePasswordChange({ ...before.keys, encryptedMasterKey, newPassword });
				expect(body.old_auth_key).toBe(before.keys.authKey);
				expect(body.new_client_random_value).not.toBe(registered.derived.client_random_value);

				const stored = changed(registered, body);
				const after = logIn(stored, newPassword);
				expect(after.opened.device).toEqual(before.opened.device);
				const hashedAuthenticationKey = body.new_hashed_authentication_key;
				const verified = ({ authKey }: LoginKeys) => crypto.verifyAuthKey({ authKey, hashedAuthenticationKey });
				expect([verified(after.keys), verified(before.keys)]).toEqual([true, false]);
				expect(() => logIn(stored, "first")).toThrow(code("DECRYPTION_FAILED"));
			}),
			few,
		);
	});

	it("can be repeated, also to the same password", () => {
		const first = logIn(registered, "first");
		let stored = registered;
		for (const [oldPassword, newPassword] of [
			["first", "first"],
			["first", ""],
			["", "third"],
		] as const) {
			const { keys, doneLogin } = logIn(stored, oldPassword);
			const encryptedMasterKey = doneLogin.device_keys.encrypted_master_key;
			stored = changed(stored, crypto.preparePasswordChange({ ...keys, encryptedMasterKey, newPassword }));
		}
		expect(logIn(stored, "third").opened.device).toEqual(first.opened.device);
	});

	describe("fails before anything is derived", () => {
		let input: Parameters<SyncCrypto["preparePasswordChange"]>[0];
		beforeAll(() => {
			const { keys, doneLogin } = logIn(registered, "first");
			const encryptedMasterKey = doneLogin.device_keys.encrypted_master_key;
			input = { ...keys, encryptedMasterKey, newPassword: "new" };
		});
		const otherKey = `{"Argon2":"${"A".repeat(43)}="}`;

		it.each<[object, ReturnType<typeof code>]>([
			[{ masterKeyEncryptionKey: otherKey }, code("DECRYPTION_FAILED")],
			[{ masterKeyEncryptionKey: "{}" }, code("MASTER_KEY_STRING_INVALID")],
			[{ masterKeyEncryptionKey: undefined }, code("MASTER_KEY_STRING_INVALID")],
			[{ encryptedMasterKey: "!" }, code("ENCRYPTED_KEY_NOT_BASE64")],
			[{ encryptedMasterKey: "AAAA" }, code("DECRYPTION_FAILED")],
			[{ authKey: "AAAA" }, code("AUTH_KEY_INVALID")],
			[{ authKey: undefined }, code("AUTH_KEY_INVALID")],
			[{ newPassword: undefined }, invalid("newPassword")],
			[{ newPassword: "\ud800" }, invalid("newPassword")],
		])("%j", (change, error) => {
			const { crypto: watched, derivations } = watchedCrypto();
			expect(() => watched.preparePasswordChange({ ...input, ...change })).toThrow(error);
			expect(derivations()).toBe(0);
			watched.preparePasswordChange(input);
			expect(derivations()).toBe(1);
		});
	});
});

describe("a password reset", () => {
	it("keeps the key pairs, makes a new master key, and ends the old password", () => {
		const before = logIn(registered, "first");
		const { privateKey, signKey } = before.opened.device;
		fc.assert(
			fc.property(password, (newPassword) => {
				fc.pre(newPassword !== "first");
				const stored = reset(registered, crypto.preparePasswordReset({ privateKey, signKey, newPassword }));
				const after = logIn(stored, newPassword);
				expect(after.opened.device).toEqual(before.opened.device);
				expect(() => logIn(stored, "first")).toThrow(code("DECRYPTION_FAILED"));

				const mixed = { ...registered, master_key: stored.master_key };
				const { masterKeyEncryptionKey } = after.keys;
				const { doneLogin } = serverDevice(crypto, mixed, "phone");
				const open = () => crypto.openDevice({ masterKeyEncryptionKey, doneLogin });
				expect(open).toThrow(code("DECRYPTION_FAILED"));
			}),
			few,
		);
	});

	it("keeps keys of the classic suite", () => {
		const { privateKey, publicKeyString } = classicReader(nodePrimitives);
		const { signKey, verifyKey } = classicSigner(nodePrimitives);
		const classic = {
			public_key: publicKeyString,
			keypair_encrypt_alg: "ECIES-ed25519",
			verify_key: JSON.parse(verifyKey).verify_key_pem,
			keypair_sign_alg: "ED25519",
		};
		const device = { ...registered, derived: { ...registered.derived, ...classic } };
		const body = crypto.preparePasswordReset({ privateKey, signKey, newPassword: "new" });
		const { opened } = logIn(reset(device, body), "new");
		const named = (key: string) => key.replace("classic", "phone");
		expect([opened.device.privateKey, opened.device.signKey]).toEqual([named(privateKey), named(signKey)]);
	});

	it("refuses keys that are none", () => {
		const { privateKey, signKey } = logIn(registered, "first").opened.device;
		const prepare = (change: object) => () =>
			crypto.preparePasswordReset({ privateKey, signKey, newPassword: "new", ...change });
		expect(prepare({ privateKey: signKey })).toThrow(code("KEY_STRING_INVALID"));
		expect(prepare({ signKey: "" })).toThrow(code("KEY_STRING_INVALID"));
		expect(prepare({ newPassword: 1 })).toThrow(invalid("newPassword"));
	});
});

describe("a login answer", () => {
	const salt_string = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
	const prepareLogin = { salt_string, derived_encryption_key_alg: "ARGON-2-SHA256" };

	it.each<[string, object, ReturnType<typeof code>]>([
		["an unknown derivation", { derived_encryption_key_alg: "ARGON-2-SHA512" }, code("UNKNOWN_ALGORITHM")],
		["no derivation", { derived_encryption_key_alg: "" }, code("UNKNOWN_ALGORITHM")],
		["the name of a member of every object", { derived_encryption_key_alg: "__proto__" }, code("UNKNOWN_ALGORITHM")],
		[
			"a derivation that is no text",
			{ derived_encryption_key_alg: 1 },
			invalid("prepareLogin.derived_encryption_key_alg"),
		],
		["a salt without padding", { salt_string: salt_string.slice(0, -1) }, code("SALT_NOT_BASE64")],
		["a salt in base64url", { salt_string: "_____________w==" }, code("SALT_NOT_BASE64")],
		["a salt with a line break", { salt_string: `${salt_string}\n` }, code("SALT_NOT_BASE64")],
		["a salt with spaces", { salt_string: salt_string.replace("Aw", " Aw") }, code("SALT_NOT_BASE64")],
		["a salt with bits after its end", { salt_string: salt_string.replace("8=", "9=") }, code("SALT_NOT_BASE64")],
		["a salt that is no text", { salt_string: null }, invalid("prepareLogin.salt_string")],
		["an empty salt", { salt_string: "" }, code("SALT_LENGTH")],
		[
			"a salt of 8 bytes, short enough to be shared by many users",
			{ salt_string: "AAECAwQFBgc=" },
			code("SALT_LENGTH"),
		],
		["a salt of 31 bytes", { salt_string: `${salt_string.slice(0, -4)}Hg==` }, code("SALT_LENGTH")],
		["a salt of 33 bytes", { salt_string: salt_string.replace("Hh8=", "Hh8g") }, code("SALT_LENGTH")],
	])("with %s is refused before anything is derived, at either cost", (_, change, error) => {
		const { crypto: watched, derivations } = watchedCrypto();
		for (const newerArgon2 of [false, true]) {
			const derive = (answer: typeof prepareLogin) => () =>
				watched.deriveLoginKeys({ password: "x", prepareLogin: answer, newerArgon2 });
			expect(derive({ ...prepareLogin, ...change })).toThrow(error);
		}
		expect(derivations()).toBe(0);
		watched.deriveLoginKeys({ password: "x", prepareLogin });
		expect(derivations()).toBe(1);
	});

	it("is derived at the compatible cost unless the newer one is asked for", () => {
		const { crypto: watched, costs } = watchedCrypto();
		watched.deriveLoginKeys({ password: "x", prepareLogin });
		watched.deriveLoginKeys({ password: "x", prepareLogin, newerArgon2: true });
		watched.prepareRegisterDevice({ identifier: "x", password: "x" });
		expect(costs()).toEqual([
			[4096, 3],
			[19456, 2],
			[4096, 3],
		]);
	});
});

/** Runs on primitives that count the derivations, and derive all the same. */
function watchedCrypto(): { crypto: SyncCrypto; derivations(): number; costs(): number[][] } {
	const costs: number[][] = [];
	const watched = createCrypto({
		...nodePrimitives,
		argon2id(text, salt, options) {
			costs.push([options.memory, options.iterations]);
			return nodePrimitives.argon2id(text, salt, options);
		},
	});
	return { crypto: watched, derivations: () => costs.length, costs: () => costs };
}
