import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { unpack } from "../../src/content/head.js";
import { createCrypto } from "../../src/crypto.js";
import type { DecryptInput, EncryptInput, OpenedGroupKey, OpenedUserKey } from "../../src/index.js";
import { classicSigner, register } from "../account.js";
import { utf8 } from "../bytes.js";
import { change, mutate, mutateText, typed } from "../mutate.js";
import { openGroupKey } from "../one.js";
import { providers } from "../support.js";

const plaintext = utf8("the original plaintext");

interface World {
	user: OpenedUserKey;
	ed25519: { signKey: string; verifyKey: string };
	group: OpenedGroupKey;
}

describe.each(providers)("%s", (_, primitives) => {
	const crypto = createCrypto(primitives);
	let world: World;

	beforeAll(() => {
		const { user } = register(crypto, { identifier: "user", password: "password" });
		const data = crypto.prepareGroup({ creatorPublicKey: user.publicKey });
		const ids = { group_key_id: "g", key_pair_id: "g", user_public_key_id: "u", time: 1 };
		world = {
			user,
			ed25519: classicSigner(primitives),
			group: openGroupKey(crypto, { privateKey: user.privateKey, key: { ...data, ...ids } }),
		};
	});

	const kinds: {
		name: string;
		/** Before the factor of the tier. */
		repeats: number;
		of(world: World): { encryption: Omit<EncryptInput, "data">; decryption: Omit<DecryptInput, "data"> };
	}[] = [
		{
			name: "symmetric",
			repeats: 1000,
			of: ({ group }) => ({
				encryption: { key: { symmetric: group.groupKey } },
				decryption: { key: { symmetric: group.groupKey } },
			}),
		},
		{
			name: "symmetric, signed by Ed25519",
			repeats: 200,
			of: ({ group, ed25519 }) => ({
				encryption: { key: { symmetric: group.groupKey }, signKey: ed25519.signKey },
				decryption: { key: { symmetric: group.groupKey }, verifyKey: ed25519.verifyKey, requireSignature: true },
			}),
		},
		{
			name: "symmetric, signed by the hybrid",
			repeats: 100,
			of: ({ group, user }) => ({
				encryption: { key: { symmetric: group.groupKey }, signKey: user.signKey },
				decryption: { key: { symmetric: group.groupKey }, verifyKey: user.exportedVerifyKey, requireSignature: true },
			}),
		},
		{
			name: "asymmetric",
			repeats: 300,
			of: ({ group }) => ({
				encryption: { key: { publicKey: group.exportedPublicKey } },
				decryption: { key: { privateKey: group.privateGroupKey } },
			}),
		},
	];

	describe.each(kinds)("$name", ({ of, repeats }) => {
		it("a change anywhere gives an error or the original plaintext", () => {
			const { encryption, decryption } = of(world);
			const packed = crypto.encrypt({ ...encryption, data: plaintext });
			fc.assert(
				fc.property(change, (mutation) => {
					const result = typed(() => crypto.decrypt({ ...decryption, data: mutate(packed, mutation) }));
					if (result) expect(result.data).toEqual(plaintext);
				}),
				{ numRuns: runs(repeats) },
			);
		});

		it("a change after the head gives an error", () => {
			const { encryption, decryption } = of(world);
			const packed = crypto.encrypt({ ...encryption, data: plaintext });
			const dataStart = packed.length - unpack(packed).data.length;
			fc.assert(
				fc.property(change, (mutation) => {
					const changed = mutate(packed, mutation, dataStart);
					fc.pre(Buffer.compare(changed, packed) !== 0);
					expect(typed(() => crypto.decrypt({ ...decryption, data: changed }))).toBeUndefined();
				}),
				{ numRuns: runs(repeats) },
			);
		});

		it("a change of the head or of an unverified signature gives an error or the original plaintext", () => {
			const { encryption, decryption } = of(world);
			const packed = crypto.encrypt({ ...encryption, data: plaintext });
			const { key } = decryption;
			const headLength = packed.length - unpack(packed).data.length;
			fc.assert(
				fc.property(change, (mutation) => {
					const head = mutate(packed.subarray(0, headLength), mutation);
					const data = Uint8Array.from([...head, ...packed.subarray(headLength)]);
					const result = typed(() => crypto.decrypt({ key, data }));
					if (result) expect(result.data).toEqual(plaintext);
				}),
				{ numRuns: runs(repeats) },
			);
		});
	});

	it("a changed encrypted string gives an error or the original text", () => {
		const key = { symmetric: world.group.groupKey };
		const text = crypto.encryptString({ key, text: "original €" });
		fc.assert(
			fc.property(change, (mutation) => {
				const changed = mutateText(text, mutation);
				const result = typed(() => crypto.decryptString({ key, text: changed }));
				if (result) expect(result.text).toBe("original €");
			}),
			{ numRuns: runs(500) },
		);
	});

	it("a changed content key gives an error or the same bytes", () => {
		const { groupKey, exportedPublicKey: publicKey, privateGroupKey: privateKey } = world.group;
		const bytesOf = (key: string): unknown => JSON.parse(key).Aes.key;
		for (const [encryption, masterKey] of [
			[{ symmetric: groupKey }, { symmetric: groupKey }],
			[{ publicKey }, { privateKey }],
		] as const) {
			const { key, encryptedKey } = crypto.generateContentKey({ masterKey: encryption });
			fc.assert(
				fc.property(change, (mutation) => {
					const opened = typed(() =>
						crypto.openContentKey({ masterKey, encryptedKey: mutateText(encryptedKey, mutation) }),
					);
					if (opened !== undefined) expect(bytesOf(opened)).toBe(bytesOf(key));
				}),
				{ numRuns: runs(300) },
			);
		}
	});

	it("a changed key string gives an error or the original plaintext", () => {
		const data = crypto.encrypt({ key: { publicKey: world.group.exportedPublicKey }, data: plaintext });
		fc.assert(
			fc.property(change, (mutation) => {
				const privateKey = mutateText(world.group.privateGroupKey, mutation);
				const result = typed(() => crypto.decrypt({ key: { privateKey }, data }));
				if (result) expect(result.data).toEqual(plaintext);
			}),
			{ numRuns: runs(300) },
		);
	});

	it("any value instead of an input gives an error, in every operation", () => {
		const operations = Object.entries<(input: never) => unknown>({ ...crypto });
		const value = fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...members), fc.anything({ maxDepth: 1 })));
		fc.assert(
			fc.property(fc.constantFrom(...operations), value, ([name, operation], input) => {
				// Both take any identifier and password, and run Argon2id for them.
				fc.pre(!name.startsWith("prepareRegister"));
				typed(() => operation(input as never));
			}),
			{ numRuns: runs(3000) },
		);
	});
});

/** Names of inputs' members: random objects get past the first check with them. */
const members = [
	...["password", "prepareLogin", "masterKeyEncryptionKey", "doneLogin", "privateKey", "userKey", "userKeys", "key"],
	...["creatorPublicKey", "signer", "keys", "groupKey", "hmacKey", "sortableKey", "publicKey", "groupKeys", "rank"],
	...["keySession", "publicKeyString", "algorithm", "id", "verifyKey", "verifyKey1", "userId1", "data", "text", "head"],
	...["newPassword", "encryptedMasterKey", "rotation", "previousKey", "encryptedEphemeralKey", "newerArgon2"],
	...["clientRandomValue", "addString", "challenge", "authKey", "hashedAuthenticationKey", "use"],
	...[
		"masterKey",
		"encryptedKey",
		"fileName",
		"belongsTo",
		"number",
		"full",
		"limit",
		"encryptedFileName",
		"isLast",
		"signKey",
	],
];
