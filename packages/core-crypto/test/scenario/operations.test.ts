import { describe, expect, it } from "vitest";
import { createCrypto, createInThreadBackend, exportServerPublicKey, exportServerVerifyKey } from "../../src/index.js";
import { classicReader, classicSigner, serverDevice } from "../account.js";
import { keyId } from "../bytes.js";
import { code, invalid } from "../expected.js";
import { openGroupKey, openUserKey } from "../one.js";
import { nodePrimitives, providers } from "../support.js";
import { crypto, meet } from "./people.js";

const { alice, bob, group, groupRecord } = meet();

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
				expect(() => openUserKey(crypto, { privateKey, userKey })).toThrow(code("USER_KEY_INCOMPLETE"));
			}
		},
	);

	it("opens user keys in one call", () => {
		const { privateKey } = alice.device.device;
		const opened = crypto.openUser({ privateKey, userKeys: [alice.userKey, alice.userKey] });
		expect(opened.userKeys).toEqual([alice.user, alice.user]);
		const { public_key_sig_key_id: _, ...unsigned } = alice.userKey;
		expect(openUserKey(crypto, { privateKey, userKey: unsigned })).not.toHaveProperty("exportedPublicKeySigKeyId");
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
		expect(openUserKey(crypto, { privateKey: device.privateKey, userKey })).toEqual(alice.user);
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
		const opened = openGroupKey(crypto, { privateKey, key, verifyKey, requireSignature: true });
		expect(opened).toEqual({ ...group, signature: "verified" });
		expect(opened.time).toBe(5);
		expect(keyId(opened.privateGroupKey)).toBe("group-pair");
	});

	it("need a verified signature when one is required", () => {
		const { privateKey, exportedVerifyKey: verifyKey } = alice.user;
		const { group_key_sig: _, ...unsigned } = groupRecord;
		const required = { privateKey, requireSignature: true };
		expect(() => openGroupKey(crypto, { ...required, key: groupRecord })).toThrow(code("SIGNATURE_REQUIRED"));
		expect(() => openGroupKey(crypto, { ...required, key: unsigned, verifyKey })).toThrow(code("SIGNATURE_REQUIRED"));
		expect(openGroupKey(crypto, { privateKey, key: unsigned, verifyKey }).signature).toBe("none");
		expect(() => openGroupKey(crypto, { privateKey, key: groupRecord, verifyKey: bob.user.exportedVerifyKey })).toThrow(
			code("GROUP_KEY_VERIFICATION_FAILED"),
		);
	});

	it("can be children: the parent's key opens them", () => {
		const data = crypto.prepareGroup({ creatorPublicKey: group.publicGroupKey });
		const key = { ...groupRecord, ...data, group_key_id: "child" };
		expect(data.creator_public_key_id).toBe("group-pair");
		expect(openGroupKey(crypto, { privateKey: group.privateGroupKey, key }).groupKeyId).toBe("child");
	});

	it("open in one call, each by its own keys", () => {
		const { privateKey, exportedVerifyKey: verifyKey } = alice.user;
		const child = crypto.prepareGroup({ creatorPublicKey: group.publicGroupKey });
		const own = { privateKey, key: groupRecord, verifyKey };
		const childs = { privateKey: group.privateGroupKey, key: { ...groupRecord, ...child, group_key_id: "child" } };
		const opened = crypto.openGroupKeys({ keys: [own, childs, { ...own, verifyKey: undefined }] });
		expect(opened.keys.map(({ groupKeyId, signature }) => [groupKeyId, signature])).toEqual([
			["group-key", "verified"],
			["child", "unverified"],
			["group-key", "unverified"],
		]);
		expect(crypto.openGroupKeys({ keys: [] })).toEqual({ keys: [], unusable: [] });
		const foreign = { ...own, verifyKey: bob.user.exportedVerifyKey };
		const broken = { ...own, key: { ...groupRecord, group_key_id: "broken", encrypted_group_key: "AAAA" } };
		const required = crypto.openGroupKeys({ keys: [broken, childs, foreign, own], requireSignature: true });
		expect(required.keys.map(({ groupKeyId }) => groupKeyId)).toEqual(["group-key"]);
		expect(required.unusable).toEqual([
			{ keyId: "broken", code: "CIPHERTEXT_TOO_SHORT" },
			{ keyId: "child", code: "SIGNATURE_REQUIRED" },
			{ keyId: "group-key", code: "GROUP_KEY_VERIFICATION_FAILED" },
		]);
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
		expect(crypto.openHmacKeys({ keys: [{ groupKey, hmacKey }] })).toEqual({
			keys: [],
			unusable: [{ keyId: "h", code: "UNKNOWN_ALGORITHM" }],
		});
	});

	it("work with keys of the classic suite", () => {
		const reader = classicReader(nodePrimitives);
		const { signKey, verifyKey } = classicSigner(nodePrimitives);
		const data = crypto.prepareGroup({ creatorPublicKey: reader.publicKey, signer: { userId: "c", signKey } });
		expect(data).toMatchObject({ encrypted_group_key_alg: "ECIES-ed25519", signed_by_user_sign_key_id: "classic" });
		const key = { ...groupRecord, ...data };
		const { privateKey, exported: publicKey } = reader;
		expect(openGroupKey(crypto, { privateKey, key, verifyKey }).signature).toBe("verified");
		const text = crypto.encryptString({ key: { publicKey }, text: "classic", signKey });
		const decrypted = crypto.decryptString({ key: { privateKey }, text, verifyKey, requireSignature: true });
		expect(decrypted).toEqual({ text: "classic", signature: "verified" });
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

it("defaults to native primitives, and both faces have the same operations", async () => {
	const [sync, backend] = [createCrypto(), createInThreadBackend()];
	const { close, warmUp, ...operations } = backend;
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
