import { beforeAll, describe, expect, it } from "vitest";
import {
	createCrypto,
	createInThreadBackend,
	exportServerPublicKey,
	exportServerVerifyKey,
	type GroupKeyData,
	type SyncCrypto,
} from "../../src/index.js";
import { classicReader, classicSigner, type Registered, register, serverDevice } from "../account.js";
import { keyId, utf8 } from "../bytes.js";
import { backends, nodePrimitives, providers } from "../support.js";

const code = (name: string) => expect.objectContaining({ code: name });
const invalid = (field: string) => expect.objectContaining({ code: "INVALID_INPUT", field });

const crypto = createCrypto(nodePrimitives);
let alice: Registered;
let bob: Registered;
/** A group of alice, signed by her. */
let group: GroupKeyData;
let groupRecord: Parameters<SyncCrypto["openGroupKey"]>[0]["key"];

beforeAll(() => {
	alice = register(crypto, { identifier: "alice", password: "pässword" });
	bob = register(crypto, { identifier: "bob", password: "" });
	const signer = { userId: "alice", signKey: alice.user.signKey };
	const data = crypto.prepareGroup({ creatorPublicKey: alice.user.publicKey, signer });
	const ids = { group_key_id: "group-key", key_pair_id: "group-pair", user_public_key_id: keyId(alice.user.publicKey) };
	groupRecord = { ...data, ...ids, time: 5 };
	group = crypto.openGroupKey({ privateKey: alice.user.privateKey, key: groupRecord });
});

describe("login", () => {
	it("gives the ids and the challenge", () => {
		expect(alice.device).toMatchObject({
			challenge: "challenge",
			userId: "user",
			deviceId: "device",
			userGroupId: "user-group",
		});
		expect(keyId(alice.device.device.signKey)).toBe("device");
	});

	it("fails with a wrong password", () => {
		const { prepareLogin, doneLogin } = alice.login;
		const keys = crypto.deriveLoginKeys({ password: "passwort", prepareLogin });
		const open = () => crypto.openDevice({ masterKeyEncryptionKey: keys.masterKeyEncryptionKey, doneLogin });
		expect(open).toThrow(code("DECRYPTION_FAILED"));
	});

	it("does not normalise the password", () => {
		const { prepareLogin } = alice.login;
		const [composed, decomposed] = ["é", "e\u0301"].map((password) =>
			crypto.deriveLoginKeys({ password, prepareLogin }),
		);
		expect(composed).not.toEqual(decomposed);
	});

	it.each([
		[
			"an encrypted key that is not base64",
			{ device_keys: { encrypted_private_key: "!" } },
			"ENCRYPTED_KEY_NOT_BASE64",
		],
		["a challenge that is not base64", { challenge: "!" }, "CHALLENGE_INVALID"],
		["a short challenge", { challenge: "AAAA" }, "CIPHERTEXT_TOO_SHORT"],
		["a foreign challenge", { challenge: "A".repeat(1800) }, "DECRYPTION_FAILED"],
		["an unknown algorithm", { device_keys: { keypair_sign_alg: "FOO" } }, "UNKNOWN_ALGORITHM"],
		["a public key of another algorithm", { device_keys: { public_key_string: "x" } }, "JSON_INVALID"],
	])("fails with %s", (_, { challenge, device_keys }: { challenge?: string; device_keys?: object }, expected) => {
		const { prepareLogin, doneLogin } = alice.login;
		const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password: "pässword", prepareLogin });
		const changed = {
			challenge: challenge ?? doneLogin.challenge,
			device_keys: { ...doneLogin.device_keys, ...device_keys },
		};
		expect(() => crypto.openDevice({ masterKeyEncryptionKey, doneLogin: changed })).toThrow(code(expected));
	});

	it("fails with a challenge that is not text", () => {
		const { prepareLogin, doneLogin } = alice.login;
		const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password: "pässword", prepareLogin });
		const { data } = crypto.encryptRaw({
			key: { publicKey: alice.device.device.exportedPublicKey },
			data: Uint8Array.of(0xff),
		});
		const challenge = Buffer.from(data).toString("base64");
		const open = () => crypto.openDevice({ masterKeyEncryptionKey, doneLogin: { ...doneLogin, challenge } });
		expect(open).toThrow(code("CHALLENGE_INVALID"));
	});

	it.each(["encrypted_sign_key", "verify_key", "keypair_sign_alg", "keypair_sign_id"])(
		"refuses a user key without %s",
		(member) => {
			const { privateKey } = alice.device.device;
			for (const value of [null, undefined]) {
				const userKey = { ...alice.userKey, [member]: value };
				expect(() => crypto.openUserKey({ privateKey, userKey })).toThrow(code("USER_KEY_INCOMPLETE"));
			}
		},
	);

	it("opens user keys in one call", () => {
		const { privateKey } = alice.device.device;
		const opened = crypto.openUserKeys({ privateKey, userKeys: [alice.userKey, alice.userKey] });
		expect(opened).toEqual([alice.user, alice.user]);
		const { public_key_sig_key_id: _, ...unsigned } = alice.userKey;
		expect(crypto.openUserKey({ privateKey, userKey: unsigned })).not.toHaveProperty("exportedPublicKeySigKeyId");
	});
});

describe("a further device", () => {
	it("joins and reads the user keys", () => {
		const request = crypto.prepareRegisterDevice({ identifier: "phone", password: "phone pw" });
		const exported = crypto.exportPublicKey({
			publicKeyString: request.derived.public_key,
			algorithm: request.derived.keypair_encrypt_alg,
			id: "phone-id",
		});
		const { keys, ...others } = crypto.prepareKeysForNewMember({
			publicKey: exported,
			groupKeys: [alice.user.groupKey],
			rank: null,
			keySession: false,
		});
		expect(others).toEqual({ rank: null, key_session: false });

		const { prepareLogin, doneLogin } = serverDevice(crypto, request, "phone-id");
		const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password: "phone pw", prepareLogin });
		const { device } = crypto.openDevice({ masterKeyEncryptionKey, doneLogin });
		const [wrapped] = keys;
		expect(wrapped?.user_public_key_id).toBe("phone-id");
		const userKey = { ...alice.userKey, encrypted_group_key: wrapped?.encrypted_group_key ?? "" };
		expect(crypto.openUserKey({ privateKey: device.privateKey, userKey })).toEqual(alice.user);
	});
});

describe("groups", () => {
	it("are shared with a member, signature included", () => {
		const { keys } = crypto.prepareKeysForNewMember({
			publicKey: bob.user.exportedPublicKey,
			groupKeys: [group.groupKey],
			rank: 3,
			keySession: true,
		});
		const [wrapped] = keys;
		const key = { ...groupRecord, encrypted_group_key: wrapped?.encrypted_group_key ?? "" };
		const { privateKey } = bob.user;
		const verifyKey = alice.user.exportedVerifyKey;
		const opened = crypto.openGroupKey({ privateKey, key, verifyKey, requireSignature: true });
		expect(opened).toEqual({ ...group, signature: "verified" });
		expect(opened.time).toBe(5);
		expect(keyId(opened.privateGroupKey)).toBe("group-pair");
	});

	it("need a verified signature when one is required", () => {
		const { privateKey, exportedVerifyKey: verifyKey } = alice.user;
		const { group_key_sig: _, ...unsigned } = groupRecord;
		const required = { privateKey, requireSignature: true };
		expect(() => crypto.openGroupKey({ ...required, key: groupRecord })).toThrow(code("SIGNATURE_REQUIRED"));
		expect(() => crypto.openGroupKey({ ...required, key: unsigned, verifyKey })).toThrow(code("SIGNATURE_REQUIRED"));
		expect(crypto.openGroupKey({ privateKey, key: unsigned, verifyKey }).signature).toBe("none");
		expect(() => crypto.openGroupKey({ privateKey, key: groupRecord, verifyKey: bob.user.exportedVerifyKey })).toThrow(
			code("GROUP_KEY_VERIFICATION_FAILED"),
		);
	});

	it("can be children: the parent's key opens them", () => {
		const data = crypto.prepareGroup({ creatorPublicKey: group.publicGroupKey });
		const key = { ...groupRecord, ...data, group_key_id: "child" };
		expect(data.creator_public_key_id).toBe("group-pair");
		expect(crypto.openGroupKey({ privateKey: group.privateGroupKey, key }).groupKeyId).toBe("child");
	});

	it("open in one call", () => {
		const input = { privateKey: alice.user.privateKey, verifyKey: alice.user.exportedVerifyKey };
		const opened = crypto.openGroupKeys({ ...input, keys: [groupRecord, groupRecord] });
		expect(opened.map(({ signature }) => signature)).toEqual(["verified", "verified"]);
		expect(crypto.openGroupKeys({ ...input, keys: [] })).toEqual([]);
	});

	it("refuse searchable and sortable keys of unknown algorithms", () => {
		const { groupKey } = group;
		const hmacKey = {
			id: "h",
			encrypted_hmac_key: groupRecord.encrypted_group_key,
			encrypted_hmac_alg: "FOO",
			encrypted_hmac_encryption_key_id: "group-key",
			time: 1,
		};
		expect(() => crypto.openHmacKey({ groupKey, hmacKey })).toThrow(code("UNKNOWN_ALGORITHM"));
	});

	it("work with keys of the classic suite", () => {
		const reader = classicReader(nodePrimitives);
		const { signKey, verifyKey } = classicSigner(nodePrimitives);
		const data = crypto.prepareGroup({ creatorPublicKey: reader.publicKey, signer: { userId: "c", signKey } });
		expect(data).toMatchObject({ encrypted_group_key_alg: "ECIES-ed25519", signed_by_user_sign_key_id: "classic" });
		const key = { ...groupRecord, ...data };
		const { privateKey, exported: publicKey } = reader;
		expect(crypto.openGroupKey({ privateKey, key, verifyKey }).signature).toBe("verified");
		const text = crypto.encryptString({ key: { publicKey }, text: "classic", signKey });
		const decrypted = crypto.decryptString({ key: { privateKey }, text, verifyKey, requireSignature: true });
		expect(decrypted).toEqual({ text: "classic", signature: "verified" });
	});
});

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
		expect(decrypted.data).toEqual(new Uint8Array(300_000).fill(5));
	});

	it("rejects, and never throws", async () => {
		const input = undefined as never;
		for (const promise of [backend.encrypt(input), backend.prepareGroup(input), backend.splitHead(input)]) {
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

describe("public keys", () => {
	it("are verified by their owner's verify key only", () => {
		const { exportedPublicKey: publicKey, exportedVerifyKey: verifyKey } = alice.user;
		expect(crypto.verifyUserPublicKey({ verifyKey, publicKey })).toBe(true);
		expect(crypto.verifyUserPublicKey({ verifyKey: bob.user.exportedVerifyKey, publicKey })).toBe(false);
		expect(crypto.verifyUserPublicKey({ verifyKey, publicKey: group.exportedPublicKey })).toBe(false);
	});

	it("come out of server answers in exported form", () => {
		const exported = JSON.parse(alice.user.exportedPublicKey);
		const { public_key_pem: public_key, ...others } = exported;
		expect(exportServerPublicKey({ ...others, public_key })).toBe(alice.user.exportedPublicKey);
		const { public_key_sig: _, public_key_sig_key_id: __, ...unsigned } = { ...others, public_key };
		expect(JSON.parse(exportServerPublicKey(unsigned))).toMatchObject({ public_key_sig: null });
		const { verify_key_pem: verify_key, ...verify } = JSON.parse(alice.user.exportedVerifyKey);
		expect(exportServerVerifyKey({ ...verify, verify_key })).toBe(alice.user.exportedVerifyKey);
		expect(() => exportServerVerifyKey({ ...verify })).toThrow(invalid("verifyKey.verify_key"));
	});

	it("give both people the same safety number", () => {
		const [a, b] = [alice.user.exportedVerifyKey, bob.user.exportedVerifyKey];
		const ours = crypto.createSafetyNumber({ verifyKey1: a, userId1: "a", verifyKey2: b, userId2: "b" });
		const theirs = crypto.createSafetyNumber({ verifyKey1: b, userId1: "b", verifyKey2: a, userId2: "a" });
		expect(ours).toBe(theirs);
		expect(crypto.createSafetyNumber({ verifyKey1: a, userId1: "a", userId2: "b" })).toBe(
			crypto.createSafetyNumber({ verifyKey1: a, userId1: "a" }),
		);
	});
});

describe("server side", () => {
	const { publicKeyString } = classicReader(nodePrimitives);
	const random = "AAECAwQFBgcICQoLDA0ODw==";

	it("checks public keys against their algorithm", () => {
		const check = (text: string, algorithm: string, use: "encrypt" | "sign" = "encrypt") =>
			crypto.checkPublicKey({ publicKeyString: text, algorithm, use });
		expect(check(publicKeyString, "ECIES-ed25519")).toBeUndefined();
		expect(check(publicKeyString, "ED25519", "sign")).toBeUndefined();
		expect(() => check(publicKeyString, "ED25519")).toThrow(code("UNKNOWN_ALGORITHM"));
		expect(() => check(publicKeyString, "KYBER_768")).toThrow(code("KEY_LENGTH"));
		expect(() => check(publicKeyString, "ECIES-ed25519_KYBER_768")).toThrow(code("JSON_INVALID"));
		expect(() => check("x", "ECIES-ed25519")).toThrow(code("PEM_INVALID"));
		expect(() => check(publicKeyString, "ECIES-ed25519", "other" as never)).toThrow(invalid("use"));
	});

	it("refuses to encrypt a challenge for a key without a secret", () => {
		const zero = `-----BEGIN PUBLIC KEY-----\n${"A".repeat(43)}=\n-----END PUBLIC KEY-----\n`;
		const input = { publicKeyString: zero, algorithm: "ECIES-ed25519", challenge: "x" };
		expect(() => crypto.createLoginChallenge(input)).toThrow(code("ENCRYPTION_FAILED"));
	});

	it.each(["", "!", "AAAA", random.slice(0, -1), `${random}AAAA`])("refuses the malformed values %j", (text) => {
		const salt = () => crypto.createSalt({ clientRandomValue: text, addString: "" });
		expect(salt).toThrow(code("CLIENT_RANDOM_VALUE_INVALID"));
		const verify = (input: object) => () =>
			crypto.verifyAuthKey({ authKey: `${"A".repeat(43)}=`, hashedAuthenticationKey: random, ...input });
		expect(verify({ authKey: text })).toThrow(code("AUTH_KEY_INVALID"));
		expect(verify({ hashedAuthenticationKey: text })).toThrow(code("HASHED_AUTH_KEY_INVALID"));
	});
});

describe("arguments of the wrong type", () => {
	it.each<[field: string, call: () => unknown]>([
		["input", () => crypto.generateRegisterData(undefined as never)],
		["identifier", () => crypto.prepareRegister({ identifier: 1 as never, password: "" })],
		["identifier", () => crypto.prepareRegister({ identifier: "\ud800", password: "" })],
		["password", () => crypto.prepareRegisterDevice({ identifier: "a", password: "\udfff" })],
		["prepareLogin.salt_string", () => crypto.deriveLoginKeys({ password: "a", prepareLogin: {} as never })],
		["doneLogin.device_keys", () => crypto.openDevice({ masterKeyEncryptionKey: "", doneLogin: {} as never })],
		["userKeys.0.time", () => openUserKeys({ time: -1 })],
		["userKeys.0.time", () => openUserKeys({ time: 1.5 })],
		["userKeys.0.time", () => openUserKeys({ time: "1" })],
		["signer", () => crypto.prepareGroup({ creatorPublicKey: alice.user.publicKey, signer: null as never })],
		["keys", () => crypto.openGroupKeys({ privateKey: alice.user.privateKey, keys: null as never })],
		["rank", () => prepareKeys({ rank: undefined })],
		["rank", () => prepareKeys({ rank: 1.5 })],
		["keySession", () => prepareKeys({ keySession: "true" })],
		["groupKeys", () => prepareKeys({ groupKeys: "x" })],
		["key", () => crypto.encrypt({ key: null as never, data: new Uint8Array() })],
		["data", () => crypto.encrypt({ key: { symmetric: group.groupKey }, data: [1, 2] as never })],
		["data", () => crypto.decrypt({ key: { symmetric: group.groupKey }, data: new Uint16Array(40) as never })],
		["text", () => crypto.encryptString({ key: { symmetric: group.groupKey }, text: "\ud83d" })],
		["masterKey", () => crypto.generateContentKey({ masterKey: undefined as never })],
		["masterKey", () => crypto.openContentKey({ masterKey: "x" as never, encryptedKey: "" })],
		["id", () => crypto.exportPublicKey({ publicKeyString: "", algorithm: "", id: 1 as never })],
		["userId1", () => crypto.createSafetyNumber({ verifyKey1: alice.user.exportedVerifyKey, userId1: null as never })],
	])("name the field %s", (field, call) => expect(call).toThrow(invalid(field)));

	function openUserKeys(change: object): unknown {
		return crypto.openUserKeys({
			privateKey: alice.device.device.privateKey,
			userKeys: [{ ...alice.userKey, ...change }],
		});
	}

	function prepareKeys(change: object): unknown {
		const input = { groupKeys: [group.groupKey], rank: null, keySession: false };
		return crypto.prepareKeysForNewMember({ publicKey: alice.user.exportedPublicKey, ...input, ...change });
	}
});

it("defaults to native primitives, and both faces have the same operations", async () => {
	const [sync, backend] = [createCrypto(), createInThreadBackend()];
	const { close, ...operations } = backend;
	expect(Object.keys(operations)).toEqual(Object.keys(sync));
	const text = await backend.encryptString({ key: { symmetric: group.groupKey }, text: "hi" });
	expect(sync.decryptString({ key: { symmetric: group.groupKey }, text }).text).toBe("hi");
	await expect(close()).resolves.toBeUndefined();
});

it.each(providers)("what one provider encrypts, the other decrypts (%s)", (_, primitives) => {
	const other = createCrypto(primitives);
	const { exportedPublicKey: publicKey, signKey, privateKey, exportedVerifyKey: verifyKey } = alice.user;
	const text = other.encryptString({ key: { publicKey }, text: "hi", signKey });
	const decrypted = crypto.decryptString({ key: { privateKey }, text, verifyKey, requireSignature: true });
	expect(decrypted).toEqual({ text: "hi", signature: "verified" });
});
