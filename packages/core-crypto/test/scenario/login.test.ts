import { describe, expect, it } from "vitest";
import { createCrypto, type KeyPairs } from "../../src/index.js";
import type { HmacKey } from "../../src/wire/index.js";
import { classicReader, classicSigner, register } from "../account.js";
import { toBase64 } from "../bytes.js";
import { code } from "../expected.js";
import { nodePrimitives, providers } from "../support.js";

describe.each(providers)("%s", (_, primitives) => {
	const crypto = createCrypto(primitives);
	const alice = register(crypto, { identifier: "alice", password: "password" });
	const bob = register(crypto, { identifier: "bob", password: "password" });
	const { privateKey } = alice.device.device;

	/** The searchable key that was made with the user, as a server returns it. */
	const hmacKey: HmacKey = {
		id: "search",
		encrypted_hmac_key: alice.created.encrypted_hmac_key,
		encrypted_hmac_alg: alice.created.encrypted_hmac_alg,
		encrypted_hmac_encryption_key_id: alice.user.groupKeyId,
		time: 1,
	};
	const rotated = (() => {
		const { publicKey } = alice.device.device;
		const body = crypto.prepareKeyRotation({ publicKey, previousKey: alice.user.groupKey, signPair: true });
		const ids = { key_pair_id: "new", group_key_id: "new", keypair_sign_id: "new", public_key_sig_key_id: "new" };
		const owner = { encrypted_group_key: body.encrypted_group_key_by_user, user_public_key_id: "device" };
		return { ...body, ...ids, ...owner, time: 1700000000001 };
	})();

	describe("a user", () => {
		it("opens in one call", () => {
			const opened = crypto.openUser({ privateKey, userKeys: [rotated, alice.userKey], hmacKeys: [hmacKey] });
			expect(opened.userKeys.map(({ groupKeyId }) => groupKeyId)).toEqual(["new", alice.user.groupKeyId]);
			expect(opened.userKeys[1]).toEqual(alice.user);
			expect(JSON.parse(opened.hmacKeys[0] ?? "")).toMatchObject({ HmacSha256: { key_id: "search" } });
			expect(crypto.openUser({ privateKey, userKeys: [] })).toEqual({ userKeys: [], unusable: [], hmacKeys: [] });
		});

		it("answers null for a searchable key whose group key is not at hand, and takes it from the given ones", () => {
			const without = crypto.openUser({ privateKey, userKeys: [rotated], hmacKeys: [hmacKey, hmacKey] });
			expect(without.hmacKeys).toEqual([null, null]);
			const { groupKey } = alice.user;
			const opened = crypto.openUser({ privateKey, userKeys: [], hmacKeys: [hmacKey], groupKeys: [groupKey] });
			expect(opened.hmacKeys).toEqual(crypto.openHmacKeys({ keys: [{ groupKey, hmacKey }] }).keys);
		});

		it.each<[string, object]>([
			["public key", { public_group_key: bob.userKey.public_group_key }],
			["verify key", { verify_key: bob.userKey.verify_key }],
			[
				"public key, half of it",
				{ public_group_key: mixed(alice.userKey.public_group_key, bob.userKey.public_group_key) },
			],
			["verify key, half of it", { verify_key: mixed(alice.userKey.verify_key, bob.userKey.verify_key) }],
		])("does not get a key with a foreign %s, but all others", (_, change) => {
			const { userKeys, unusable } = crypto.openUser({
				privateKey,
				userKeys: [rotated, { ...alice.userKey, ...change }],
			});
			expect(userKeys.map(({ groupKeyId }) => groupKeyId)).toEqual(["new"]);
			expect(unusable).toEqual([{ keyId: alice.user.groupKeyId, code: "KEY_PAIR_MISMATCH" }]);
		});

		it.each<[string, object, string]>([
			["of another device", { encrypted_group_key: bob.userKey.encrypted_group_key }, "DECRYPTION_FAILED"],
			["of another user's secrets", { encrypted_sign_key: bob.userKey.encrypted_sign_key }, "DECRYPTION_FAILED"],
			["that is garbage", { encrypted_group_key: "garbage" }, "ENCRYPTED_KEY_NOT_BASE64"],
			["without a sign key", { encrypted_sign_key: null }, "USER_KEY_INCOMPLETE"],
			["of an unknown algorithm", { keypair_encrypt_alg: "ROT13" }, "UNKNOWN_ALGORITHM"],
			["with a public key that is none", { public_group_key: "" }, "JSON_INVALID"],
		])("is not locked out by a record %s", (_, change, code) => {
			const broken = { ...rotated, ...change };
			const opened = crypto.openUser({ privateKey, userKeys: [broken, alice.userKey], hmacKeys: [hmacKey] });
			expect(opened.userKeys).toEqual([alice.user]);
			expect(opened.unusable).toEqual([{ keyId: "new", code }]);
			expect(opened.hmacKeys).toHaveLength(1);
		});

		it("gets null for a searchable key that does not open, and the others", () => {
			const damaged = { ...hmacKey, encrypted_hmac_key: bob.created.encrypted_hmac_key };
			const userKeys = [alice.userKey];
			const opened = crypto.openUser({ privateKey, userKeys, hmacKeys: [damaged, hmacKey] });
			expect(opened.userKeys).toHaveLength(1);
			expect(opened.hmacKeys).toEqual([null, expect.stringContaining("HmacSha256")]);
		});
	});

	it("a device is refused with a foreign public or verify key", () => {
		const { doneLogin, prepareLogin } = alice.login;
		const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password: "password", prepareLogin });
		for (const name of ["public_key_string", "verify_key_string"] as const) {
			const foreign = bob.login.doneLogin.device_keys[name];
			for (const text of [foreign, mixed(doneLogin.device_keys[name], foreign)]) {
				const device_keys = { ...doneLogin.device_keys, [name]: text };
				const open = () => crypto.openDevice({ masterKeyEncryptionKey, doneLogin: { ...doneLogin, device_keys } });
				expect(open).toThrow(code("KEY_PAIR_MISMATCH"));
			}
		}
	});

	it("pairs are checked together", () => {
		const pairsOf = (keys: typeof alice.user | typeof alice.device.device): Required<KeyPairs> => ({
			privateKey: keys.privateKey,
			publicKey: keys.exportedPublicKey,
			signKey: keys.signKey,
			verifyKey: keys.exportedVerifyKey,
		});
		const [own, device, foreign] = [pairsOf(alice.user), pairsOf(alice.device.device), pairsOf(bob.user)];
		const reader = classicReader(primitives);
		const classic = { ...classicSigner(primitives), privateKey: reader.privateKey, publicKey: reader.exported };
		expect(crypto.checkKeyPairs({ pairs: [own, device, foreign, classic] })).toBeUndefined();
		expect(crypto.checkKeyPairs({ pairs: [] })).toBeUndefined();
		for (const name of ["privateKey", "publicKey", "signKey", "verifyKey"] as const) {
			for (const other of [foreign, classic]) {
				const check = () => crypto.checkKeyPairs({ pairs: [own, { ...device, [name]: other[name] }] });
				expect(check).toThrow(code("KEY_PAIR_MISMATCH"));
			}
		}
	});

	it("a pair of a group is checked without a sign pair, and half of one is none", () => {
		const { privateKey, exportedPublicKey: publicKey, exportedVerifyKey: verifyKey, signKey } = alice.user;
		expect(crypto.checkKeyPairs({ pairs: [{ privateKey, publicKey }] })).toBeUndefined();
		const foreign = { privateKey, publicKey: bob.user.exportedPublicKey };
		expect(() => crypto.checkKeyPairs({ pairs: [foreign] })).toThrow(code("KEY_PAIR_MISMATCH"));
		const check = (half: Partial<KeyPairs>) => () =>
			crypto.checkKeyPairs({ pairs: [{ privateKey, publicKey, ...half }] });
		expect(check({ verifyKey })).toThrow(code("KEY_STRING_INVALID"));
		expect(check({ signKey })).toThrow(code("JSON_INVALID"));
	});

	it("every public key follows from its secret one", () => {
		for (const kind of ["x25519", "ed25519", "kyber768", "dilithium3"] as const) {
			const { publicKey, secretKey } = primitives[`${kind}KeyPair`]();
			expect(primitives[`${kind}PublicKey`](secretKey)).toEqual(publicKey);
			expect(nodePrimitives[`${kind}PublicKey`](secretKey)).toEqual(publicKey);
			const damaged = secretKey.slice();
			// In Kyber the public part of the secret key, in Dilithium the secret vector.
			const at = kind === "kyber768" ? 1200 : kind === "dilithium3" ? 200 : 10;
			damaged[at] = (damaged[at] ?? 0) ^ 1;
			expect(primitives[`${kind}PublicKey`](damaged)).not.toEqual(publicKey);
		}
	});

	it.each([
		["privateKey", "Kyber's secret vector", 100],
		["privateKey", "Kyber's hash of the public key", 2400 - 64],
		["signKey", "Dilithium's secret vector", 200],
		["signKey", "Dilithium's hash of the public key", 64],
		["signKey", "Dilithium's low bits of t", 3999],
	] as const)("a pair is refused when its %s has another %s", (member, _, at) => {
		const { privateKey, exportedPublicKey: publicKey, signKey, exportedVerifyKey: verifyKey } = alice.user;
		const pair: Required<KeyPairs> = { privateKey, publicKey, signKey, verifyKey };
		const other = changed(pair[member], (bytes) => {
			bytes[at] = (bytes[at] ?? 0) ^ 1;
		});
		expect(() => crypto.checkKeyPairs({ pairs: [{ ...pair, [member]: other }] })).toThrow(code("KEY_PAIR_MISMATCH"));
	});

	it("a pair is refused when its secret key repeats the foreign public key", () => {
		const { exportedPublicKey, signKey, exportedVerifyKey: verifyKey } = alice.user;
		const { public_key_pem, ...rest } = JSON.parse(exportedPublicKey);
		const foreignPem = JSON.parse(bob.user.exportedPublicKey).public_key_pem;
		const publicKey = JSON.stringify({ ...rest, public_key_pem: mixed(public_key_pem, foreignPem) });
		const [foreign] = latticeHalf(bob.user.privateKey);
		const repeating = changed(alice.user.privateKey, (bytes) => bytes.set(foreign.subarray(1152, 2400 - 32), 1152));
		const pairs = [{ privateKey: repeating, publicKey, signKey, verifyKey }];
		expect(() => crypto.checkKeyPairs({ pairs })).toThrow(code("KEY_PAIR_MISMATCH"));
	});
});

/** A hybrid key of which one half is somebody else's. */
function mixed(own: string | null | undefined, foreign: string | null | undefined): string {
	return JSON.stringify({ ...JSON.parse(own ?? ""), k: JSON.parse(foreign ?? "").k });
}

/** The lattice half of a hybrid key string, and the string with another one. */
function latticeHalf(text: string): [bytes: Uint8Array, replace: (bytes: Uint8Array) => string] {
	const [[variant = "", halves] = []] = Object.entries<{ k: string }>(JSON.parse(text));
	const replace = (bytes: Uint8Array): string => JSON.stringify({ [variant]: { ...halves, k: toBase64(bytes) } });
	return [new Uint8Array(Buffer.from(halves?.k ?? "", "base64")), replace];
}

function changed(text: string, change: (bytes: Uint8Array) => void): string {
	const [bytes, replace] = latticeHalf(text);
	change(bytes);
	return replace(bytes);
}
