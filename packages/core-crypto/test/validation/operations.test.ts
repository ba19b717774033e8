import { describe, expect, it } from "vitest";
import { readHead } from "../../src/index.js";
import { classicReader } from "../account.js";
import { code, invalid } from "../expected.js";
import { crypto, meet } from "../scenario/people.js";
import { nodePrimitives, sources } from "../support.js";

const { alice, group } = meet();

const { key: hmacKey } = sources.vectors<{ key: string }>("searchable");
const sortKey = JSON.stringify({ Ope16: { key: "dGhpcyBpcyBhIGtleSAxMA==", key_id: "sort" } });

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
		["keys", () => crypto.openGroupKeys({ keys: null as never })],
		["keys.0.key", () => crypto.openGroupKeys({ keys: [{ privateKey: alice.user.privateKey } as never] })],
		["keys.0.privateKey", () => crypto.openGroupKeys({ keys: [{ privateKey: 1 } as never] })],
		["keys.0.hmacKey", () => crypto.openHmacKeys({ keys: [{ groupKey: "" } as never] })],
		["keys", () => crypto.openSortableKeys({} as never)],
		["userKeys", () => crypto.openUser({ privateKey: alice.device.device.privateKey } as never)],
		[
			"pairs.0.signKey",
			() => crypto.checkKeyPairs({ pairs: [{ privateKey: "", publicKey: "", signKey: 1 } as never] }),
		],
		["recipients", () => crypto.encryptEphemeralKeys({ encryptedEphemeralKey: "AAAA" } as never)],
		["recipients.0.algorithm", () => encryptFor({ publicKeyString: "" })],
		["packed", () => readHead([1] as never)],
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
		["id", () => crypto.nameContentKey({ key: group.groupKey, id: 5 as never })],
		["keys.0.alg", () => openContentKeys([{ key_id: "a" }])],
		["keys", () => openContentKeys({})],
		["belongsTo.type", () => crypto.prepareFile({ masterKey: group.groupKey as never, belongsTo: {} as never })],
		["limit", () => crypto.createSearch({ key: hmacKey, text: "a", limit: -1 })],
		["full", () => crypto.createSearch({ key: hmacKey, text: "a", full: "yes" as never })],
		["text", () => crypto.search({ key: hmacKey, text: 1 as never })],
		["number", () => crypto.encryptSortableNumber({ key: sortKey, number: 1.5 })],
		["text", () => crypto.encryptSortableString({ key: sortKey, text: "abcé" })],
		["id", () => crypto.exportPublicKey({ publicKeyString: "", algorithm: "", id: 1 as never })],
		["userId1", () => crypto.createSafetyNumber({ verifyKey1: alice.user.exportedVerifyKey, userId1: null as never })],
	])("name the field %s", (field, call) => expect(call).toThrow(invalid(field)));

	function openContentKeys(keys: unknown): unknown {
		return crypto.openContentKeys({ masterKey: { symmetric: group.groupKey }, keys: keys as never });
	}

	function openUserKeys(change: object): unknown {
		return crypto.openUser({
			privateKey: alice.device.device.privateKey,
			userKeys: [{ ...alice.userKey, ...change }],
		});
	}

	function encryptFor(recipient: object): unknown {
		return crypto.encryptEphemeralKeys({ encryptedEphemeralKey: "AAAA", recipients: [recipient as never] });
	}

	function prepareKeys(change: object): unknown {
		const input = { groupKeys: [group.groupKey], rank: null, keySession: false };
		return crypto.prepareKeysForNewMember({ publicKey: alice.user.exportedPublicKey, ...input, ...change });
	}
});
