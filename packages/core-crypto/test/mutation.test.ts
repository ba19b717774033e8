import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createCrypto } from "../src/crypto.js";
import { isSentcError } from "../src/errors.js";
import { unpack } from "../src/operations/head.js";
import type { DecryptInput, EncryptInput, GroupKeyData, UserKeyData } from "../src/operations/types.js";
import { classicSigner, register } from "./account.js";
import { utf8 } from "./bytes.js";
import { providers } from "./support.js";

const plaintext = utf8("the original plaintext");

interface World {
	user: UserKeyData;
	ed25519: { signKey: string; verifyKey: string };
	group: GroupKeyData;
}

type Change = { kind: "flip" | "insert" | "delete"; at: number; value: number };

/** `at` is a fraction, so that one generator fits every length. */
const change: fc.Arbitrary<Change> = fc.record({
	kind: fc.constantFrom("flip", "insert", "delete"),
	at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
	value: fc.integer({ min: 1, max: 255 }),
});

function mutate(bytes: Uint8Array, { kind, at, value }: Change, from = 0): Uint8Array {
	const i = from + Math.floor(at * (bytes.length - from));
	if (kind === "flip") return bytes.with(i, (bytes[i] ?? 0) ^ value);
	return Uint8Array.from([
		...bytes.subarray(0, i),
		...(kind === "insert" ? [value] : []),
		...bytes.subarray(i + (kind === "delete" ? 1 : 0)),
	]);
}

/** Answers the result, or nothing for a typed error; anything else is a failed test. */
function typed<T>(run: () => T): T | undefined {
	try {
		return run();
	} catch (error) {
		if (!isSentcError(error)) throw new Error("Not a typed error", { cause: error });
		return undefined;
	}
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
			group: crypto.openGroupKey({ privateKey: user.privateKey, key: { ...data, ...ids } }),
		};
	});

	const kinds: {
		name: string;
		runs: number;
		of(world: World): { encryption: Omit<EncryptInput, "data">; decryption: Omit<DecryptInput, "data"> };
	}[] = [
		{
			name: "symmetric",
			runs: 1000,
			of: ({ group }) => ({
				encryption: { key: { symmetric: group.groupKey } },
				decryption: { key: { symmetric: group.groupKey } },
			}),
		},
		{
			name: "symmetric, signed by Ed25519",
			runs: 200,
			of: ({ group, ed25519 }) => ({
				encryption: { key: { symmetric: group.groupKey }, signKey: ed25519.signKey },
				decryption: { key: { symmetric: group.groupKey }, verifyKey: ed25519.verifyKey, requireSignature: true },
			}),
		},
		{
			name: "symmetric, signed by the hybrid",
			runs: 100,
			of: ({ group, user }) => ({
				encryption: { key: { symmetric: group.groupKey }, signKey: user.signKey },
				decryption: { key: { symmetric: group.groupKey }, verifyKey: user.exportedVerifyKey, requireSignature: true },
			}),
		},
		{
			name: "asymmetric",
			runs: 300,
			of: ({ group }) => ({
				encryption: { key: { publicKey: group.exportedPublicKey } },
				decryption: { key: { privateKey: group.privateGroupKey } },
			}),
		},
	];

	describe.each(kinds)("$name", ({ of, runs }) => {
		it("a change anywhere gives an error or the original plaintext", () => {
			const { encryption, decryption } = of(world);
			const packed = crypto.encrypt({ ...encryption, data: plaintext });
			fc.assert(
				fc.property(change, (mutation) => {
					const result = typed(() => crypto.decrypt({ ...decryption, data: mutate(packed, mutation) }));
					if (result) expect(result.data).toEqual(plaintext);
				}),
				{ numRuns: runs },
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
				{ numRuns: runs },
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
				{ numRuns: runs },
			);
		});
	});

	it("a changed encrypted string gives an error or the original text", () => {
		const key = { symmetric: world.group.groupKey };
		const text = crypto.encryptString({ key, text: "original €" });
		fc.assert(
			fc.property(change, (mutation) => {
				const changed = Buffer.from(mutate(utf8(text), mutation)).toString();
				const result = typed(() => crypto.decryptString({ key, text: changed }));
				if (result) expect(result.text).toBe("original €");
			}),
			{ numRuns: 500 },
		);
	});

	it("a changed key string gives an error or the original plaintext", () => {
		const data = crypto.encrypt({ key: { publicKey: world.group.exportedPublicKey }, data: plaintext });
		fc.assert(
			fc.property(change, (mutation) => {
				const privateKey = Buffer.from(mutate(utf8(world.group.privateGroupKey), mutation)).toString();
				const result = typed(() => crypto.decrypt({ key: { privateKey }, data }));
				if (result) expect(result.data).toEqual(plaintext);
			}),
			{ numRuns: 300 },
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
			{ numRuns: 3000 },
		);
	});
});

/** Names of inputs' members: random objects get past the first check with them. */
const members = [
	...["password", "prepareLogin", "masterKeyEncryptionKey", "doneLogin", "privateKey", "userKey", "userKeys", "key"],
	...["creatorPublicKey", "signer", "keys", "groupKey", "hmacKey", "sortableKey", "publicKey", "groupKeys", "rank"],
	...["keySession", "publicKeyString", "algorithm", "id", "verifyKey", "verifyKey1", "userId1", "data", "text", "head"],
	...["clientRandomValue", "addString", "challenge", "authKey", "hashedAuthenticationKey", "use"],
];
