import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CryptoError, type CryptoErrorCode, createCrypto, type OpenedUserKey } from "../../src/index.js";
import type { GroupKeyServerOutput, KeyRotationData, KeyRotationItem } from "../../src/wire/index.js";
import { classicReader, type Registered, register, serverDevice } from "../account.js";
import { keyId } from "../bytes.js";
import { code, invalid } from "../expected.js";
import { change, mutate, mutateText, typed } from "../mutate.js";
import { openUserKey } from "../one.js";
import { type Device, deviceOf, finishersRecord, pendingFor, startersRecord } from "../server-rotation.js";
import { nodePrimitives, providers } from "../support.js";

describe.each(providers)("%s", (_, primitives) => {
	const crypto = createCrypto(primitives);
	let alice: Registered;
	let starter: Device;
	let phone: Device;
	let classic: Device;
	let others: Device[];

	beforeAll(() => {
		alice = register(crypto, { identifier: "alice", password: "password" });
		starter = deviceOf(alice.device);
		const registered = crypto.prepareRegisterDevice({ identifier: "phone", password: "phone" });
		const { prepareLogin, doneLogin } = serverDevice(crypto, registered, "phone");
		const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password: "phone", prepareLogin });
		phone = deviceOf(crypto.openDevice({ masterKeyEncryptionKey, doneLogin }));
		classic = { ...classicReader(primitives), algorithm: "ECIES-ed25519" };
		others = [phone, classic, kyberOnly(starter)];
	});

	it("every device gets the same new key, whatever its algorithm, also after several rotations", () => {
		const anyDevice = fc.constantFrom(starter, ...others);
		fc.assert(
			fc.property(anyDevice, fc.array(anyDevice, { minLength: 1, maxLength: 3 }), (device, starters) => {
				let previousKey = alice.user.groupKey;
				let offlineKey = alice.user.groupKey;
				const missed: { rotation: KeyRotationItem; record: GroupKeyServerOutput; expected: OpenedUserKey }[] = [];
				for (const [round, { publicKey, privateKey }] of starters.entries()) {
					const body = crypto.prepareKeyRotation({ publicKey, previousKey, signPair: true });
					expect([body.previous_group_key_id, body.invoker_public_key_id]).toEqual([
						keyId(previousKey),
						keyId(publicKey),
					]);
					const record = startersRecord(body, `key ${round}`);
					const expected = openUserKey(crypto, { privateKey, userKey: record });
					expect(expected.groupKey.replace(expected.groupKeyId, "")).not.toBe(
						previousKey.replace(keyId(previousKey), ""),
					);
					missed.push({ rotation: pendingFor(crypto, body, `key ${round}`, device), record, expected });
					previousKey = expected.groupKey;
				}
				for (const { rotation, record, expected } of missed) {
					const { privateKey, publicKey } = device;
					const done = crypto.finishKeyRotation({ rotation, privateKey, publicKey, previousKey: offlineKey });
					expect(done).toMatchObject({ public_key_id: keyId(publicKey), encrypted_alg: device.algorithm });
					const opened = openUserKey(crypto, { privateKey, userKey: finishersRecord(record, done) });
					expect(opened).toEqual(expected);
					offlineKey = opened.groupKey;
				}
			}),
			{ numRuns: runs(15) },
		);
	});

	it("opens what was encrypted before and after", () => {
		const body = crypto.prepareKeyRotation({
			publicKey: starter.publicKey,
			previousKey: alice.user.groupKey,
			signPair: true,
		});
		const userKey = startersRecord(body, "new");
		const after = openUserKey(crypto, { privateKey: starter.privateKey, userKey });
		for (const { exportedPublicKey: publicKey, privateKey, signKey, exportedVerifyKey } of [alice.user, after]) {
			const text = crypto.encryptString({ key: { publicKey }, text: "hi", signKey });
			const input = { text, verifyKey: exportedVerifyKey, requireSignature: true };
			expect(crypto.decryptString({ key: { privateKey }, ...input }).text).toBe("hi");
			expect(crypto.verifyUserPublicKey({ verifyKey: exportedVerifyKey, publicKey })).toBe(true);
		}
	});

	describe("a pending rotation", () => {
		let body: KeyRotationData;
		let expected: OpenedUserKey;
		const finish = (device: Device, rotation: KeyRotationItem, previousKey = alice.user.groupKey) => {
			const { privateKey, publicKey } = device;
			const done = crypto.finishKeyRotation({ rotation, privateKey, publicKey, previousKey });
			const userKey = finishersRecord(startersRecord(body, "new"), done);
			return openUserKey(crypto, { privateKey, userKey }).groupKey;
		};
		beforeAll(() => {
			body = crypto.prepareKeyRotation({
				publicKey: starter.publicKey,
				previousKey: alice.user.groupKey,
				signPair: true,
			});
			expected = openUserKey(crypto, { privateKey: starter.privateKey, userKey: startersRecord(body, "new") });
		});

		it("with any change in it gives a typed error or the same key, never another one", () => {
			const devices = others.map((device) => ({ device, rotation: pendingFor(crypto, body, "new", device) }));
			const texts = [
				"encrypted_ephemeral_key_by_group_key_and_public_key",
				"encrypted_group_key_by_ephemeral",
			] as const;
			const more = ["ephemeral_alg", "encrypted_eph_key_key_id", "previous_group_key_id", "new_group_key_id"] as const;
			const member = fc.constantFrom(...texts, ...more);
			fc.assert(
				fc.property(fc.constantFrom(...devices), member, change, ({ device, rotation }, name, mutation) => {
					const changed = { ...rotation, [name]: mutateText(rotation[name], mutation) };
					const groupKey = typed(() => finish(device, changed));
					if (groupKey !== undefined) expect(groupKey).toBe(expected.groupKey);
				}),
				{ numRuns: runs(300) },
			);
			fc.assert(
				fc.property(fc.constantFrom(...devices), fc.constantFrom(...texts), change, (of, name, mutation) => {
					const bytes = Buffer.from(of.rotation[name], "base64");
					const changed = mutate(bytes, mutation);
					fc.pre(Buffer.compare(changed, bytes) !== 0);
					const rotation = { ...of.rotation, [name]: Buffer.from(changed).toString("base64") };
					expect(typed(() => finish(of.device, rotation))).toBeUndefined();
				}),
				{ numRuns: runs(300) },
			);
		});

		it("of another rotation does not fit", () => {
			const { publicKey } = starter;
			const foreign = crypto.prepareKeyRotation({ publicKey, previousKey: alice.user.groupKey, signPair: true });
			for (const device of others) {
				const own = pendingFor(crypto, body, "new", device);
				const { encrypted_group_key_by_ephemeral } = foreign;
				expect(() => finish(device, { ...own, encrypted_group_key_by_ephemeral })).toThrow(code("DECRYPTION_FAILED"));
			}
		});

		it("does not open by a wrong previous key or another device's private key", () => {
			const rotation = pendingFor(crypto, body, "new", phone);
			expect(() => finish(phone, rotation, expected.groupKey)).toThrow(code("DECRYPTION_FAILED"));
			const wrong = { ...starter, publicKey: phone.publicKey };
			expect(() => finish(wrong, rotation)).toThrow(code("DECRYPTION_FAILED"));
			expect(() => finish(classic, rotation)).toThrow(code("DECRYPTION_FAILED"));
			expect(() => finish(phone, pendingFor(crypto, body, "new", classic))).toThrow(code("CIPHERTEXT_TOO_SHORT"));
		});

		it.each<[object, ReturnType<typeof code>]>([
			[{ error: "no" }, code("KEY_ROTATION_FAILED")],
			[{ error: "" }, code("KEY_ROTATION_FAILED")],
			[{ encrypted_group_key_by_ephemeral: "!" }, code("KEY_ROTATION_INVALID")],
			[{ encrypted_group_key_by_ephemeral: "AAA" }, code("KEY_ROTATION_INVALID")],
			[{ encrypted_ephemeral_key_by_group_key_and_public_key: "_w==" }, code("KEY_ROTATION_INVALID")],
			[{ encrypted_ephemeral_key_by_group_key_and_public_key: "" }, code("CIPHERTEXT_TOO_SHORT")],
			[{ encrypted_group_key_by_ephemeral: "" }, code("DECRYPTION_FAILED")],
			[{ ephemeral_alg: "AES" }, code("UNKNOWN_ALGORITHM")],
			[{ encrypted_group_key_by_ephemeral: null }, invalid("rotation.encrypted_group_key_by_ephemeral")],
			[{ time: "1" }, invalid("rotation.time")],
		])("is refused with %j", (damage, error) => {
			const rotation = pendingFor(crypto, body, "new", phone);
			expect(() => finish(phone, { ...rotation, ...damage })).toThrow(error);
			const { error: _, ...withoutError } = rotation;
			expect(finish(phone, withoutError)).toBe(expected.groupKey);
		});
	});
});

/** The lattice half of a hybrid device, as a device of its own. */
function kyberOnly(device: Device): Device {
	const half = (key: string) => {
		const { k, key_id } = JSON.parse(key).EciesKyberHybrid;
		return JSON.stringify({ Kyber: { key: k, key_id } });
	};
	const { k } = JSON.parse(device.publicKeyString);
	return {
		privateKey: half(device.privateKey),
		publicKey: half(device.publicKey),
		publicKeyString: k,
		algorithm: "KYBER_768",
	};
}

describe("the server's part", () => {
	const crypto = createCrypto(nodePrimitives);
	const { publicKeyString } = classicReader(nodePrimitives);
	const input = { publicKeyString, algorithm: "ECIES-ed25519", encryptedEphemeralKey: "AAAA" };

	it.each<[object, CryptoErrorCode]>([
		[{ encryptedEphemeralKey: "!" }, "KEY_ROTATION_INVALID"],
		[{ encryptedEphemeralKey: undefined }, "KEY_ROTATION_INVALID"],
		[{ algorithm: "FOO" }, "UNKNOWN_ALGORITHM"],
		[{ algorithm: "KYBER_768" }, "KEY_LENGTH"],
		[{ publicKeyString: "x" }, "PEM_INVALID"],
		[
			{ publicKeyString: `-----BEGIN PUBLIC KEY-----\n${"A".repeat(43)}=\n-----END PUBLIC KEY-----\n` },
			"ENCRYPTION_FAILED",
		],
	])("is refused with %j", (damage, error) => {
		const { encryptedEphemeralKey, ...recipient } = { ...input, ...damage };
		const entries = crypto.encryptEphemeralKeys({ encryptedEphemeralKey, recipients: [recipient] });
		expect(entries).toEqual([{ encryptedEphemeralKey: "", error: new CryptoError(error).errorMessage }]);
	});

	it("is done for many recipients at once, and a key that can't be used is an error of its recipient alone", () => {
		const { algorithm, encryptedEphemeralKey } = input;
		const zero = `-----BEGIN PUBLIC KEY-----\n${"A".repeat(43)}=\n-----END PUBLIC KEY-----\n`;
		const recipients = [publicKeyString, "x", zero, publicKeyString].map((text) => ({
			publicKeyString: text,
			algorithm,
		}));
		const entries = crypto.encryptEphemeralKeys({ encryptedEphemeralKey, recipients });
		expect(entries.map(({ error }) => error)).toEqual([
			null,
			expect.stringContaining("PEM"),
			expect.stringContaining("public key"),
			null,
		]);
		const lengths = entries.map(({ encryptedEphemeralKey: text }) => text.length);
		expect(lengths).toEqual([lengths[0], 0, 0, lengths[0]]);
		expect(lengths[0]).toBeGreaterThan(0);
		expect(crypto.encryptEphemeralKeys({ encryptedEphemeralKey: "!", recipients })).toHaveLength(4);
		expect(crypto.encryptEphemeralKeys({ encryptedEphemeralKey: "!", recipients })[0]?.error).toMatch(/rotation/);
	});
});

it("a start is refused with keys that are none", () => {
	const crypto = createCrypto(nodePrimitives);
	const { publicKey, privateKey } = classicReader(nodePrimitives);
	const previousKey = `{"Aes":{"key":"${"A".repeat(43)}=","key_id":"k"}}`;
	const start = (damage: object) => () =>
		crypto.prepareKeyRotation({ publicKey, previousKey, signPair: true, ...damage });
	expect(start({ publicKey: previousKey })).toThrow(code("KEY_STRING_INVALID"));
	expect(start({ previousKey: privateKey })).toThrow(code("KEY_STRING_INVALID"));
	expect(start({ previousKey: undefined })).toThrow(code("KEY_STRING_INVALID"));
	expect(start({})()).toMatchObject({ previous_group_key_id: "k", invoker_public_key_id: "classic" });
});
