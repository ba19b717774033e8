import { createDecipheriv } from "node:crypto";
import { kyber768_90s } from "@noble/post-quantum/ml-kem";
import { sample } from "@sentc-ts/test-world/runs";
import { describe, expect, it } from "vitest";
import type { Aes256Blocks } from "../../src/lattice/aes-counter.js";
import { createKyber768 } from "../../src/lattice/kyber768-90s.js";
import { fromBase64 } from "../bytes.js";
import { rows } from "../checks/check.js";
import { invalid } from "../expected.js";
import { sources } from "../support.js";
import { bytes, environments, flipBit, hex, range, seed32, unaligned } from "./support.js";

/** An independent implementation; it changes what it is given. */
const other = {
	keyPair: (seed: Uint8Array) => kyber768_90s.keygen(seed.slice()),
	encapsulate(publicKey: Uint8Array, seed: Uint8Array) {
		const { cipherText, sharedSecret } = kyber768_90s.encapsulate(publicKey.slice(), seed.slice());
		return { encapsulation: cipherText, sharedSecret };
	},
	decapsulate: (secretKey: Uint8Array, ciphertext: Uint8Array) =>
		kyber768_90s.decapsulate(ciphertext.slice(), secretKey.slice()),
};

it("makes the key pairs, ciphertexts and secrets of another implementation", () => {
	const implementations = environments.map(([, dependencies]) => createKyber768(dependencies));
	for (const i of sample(range(120))) {
		const pair = other.keyPair(bytes(64, "key", i));
		const encapsulated = other.encapsulate(pair.publicKey, bytes(32, "message", i));
		for (const kyber of implementations) {
			expect(hex(kyber.keyPair(bytes(64, "key", i)))).toEqual(hex(pair));
			expect(hex(kyber.encapsulate(pair.publicKey, bytes(32, "message", i)))).toEqual(hex(encapsulated));
			const secret = kyber.decapsulate(pair.secretKey, encapsulated.encapsulation);
			expect(hex(secret)).toBe(hex(encapsulated.sharedSecret));
		}
	}
});

describe.each(environments)("Kyber-768 90s, %s", (_, dependencies) => {
	const kyber = createKyber768(dependencies);

	it("rejects a changed ciphertext with the implicit secret", () => {
		const { publicKey, secretKey } = kyber.keyPair(bytes(64, "key"));
		const { encapsulation, sharedSecret } = kyber.encapsulate(publicKey, bytes(32, "message"));
		for (const i of range(150)) {
			const changed = flipBit(encapsulation, (i * 59) % (8 * encapsulation.length));
			const secret = kyber.decapsulate(secretKey, changed);
			expect(secret).toEqual(other.decapsulate(secretKey, changed));
			expect(secret).not.toEqual(sharedSecret);
		}
	});

	it("treats arbitrary bytes as keys and ciphertexts like another implementation", () => {
		for (const i of range(40)) {
			const publicKey = i === 0 ? new Uint8Array(1184).fill(255) : bytes(1184, "public", i);
			const secretKey = i === 0 ? new Uint8Array(2400).fill(255) : bytes(2400, "secret", i);
			const ciphertext = i === 0 ? new Uint8Array(1088).fill(255) : bytes(1088, "ciphertext", i);
			const seed = bytes(32, "message", i);
			expect(hex(kyber.encapsulate(publicKey, seed))).toEqual(hex(other.encapsulate(publicKey, seed)));
			const secret = kyber.decapsulate(secretKey, ciphertext);
			expect(hex(secret)).toBe(hex(other.decapsulate(secretKey, ciphertext)));
		}
	});

	it.each([58, 70])("expands a matrix that needs more than the usual keystream (%i)", (number) => {
		let calls = 0;
		const counting = (aes: Aes256Blocks): Aes256Blocks => {
			return (key, blocks) => {
				calls++;
				return aes(key, blocks);
			};
		};
		const { aes256Blocks, publicAes256Blocks } = dependencies;
		const counted = {
			...dependencies,
			aes256Blocks: counting(aes256Blocks),
			publicAes256Blocks: counting(publicAes256Blocks),
		};
		const seed = new Uint8Array([...seed32(number), ...bytes(32, "z")]);
		expect(createKyber768(counted).keyPair(seed)).toEqual(other.keyPair(seed));
		expect(calls).toBe(3);
	});

	it("keeps no more than public values, and forgets them", () => {
		const pairs = range(20).map((i) => kyber.keyPair(bytes(64, "many", i)));
		const seed = bytes(32, "message");
		for (const round of range(3)) {
			for (const { publicKey, secretKey } of pairs) {
				const { encapsulation, sharedSecret } = kyber.encapsulate(publicKey, seed);
				expect(kyber.decapsulate(secretKey, encapsulation)).toEqual(sharedSecret);
			}
			if (round === 1) kyber.clear();
		}
	});

	it("changes no argument and takes unaligned views", () => {
		const seed = unaligned(bytes(64, "key"));
		const pair = kyber.keyPair(seed);
		const publicKey = unaligned(pair.publicKey);
		const secretKey = unaligned(pair.secretKey);
		const messageSeed = unaligned(bytes(32, "message"));
		const { encapsulation, sharedSecret } = kyber.encapsulate(publicKey, messageSeed);
		const ciphertext = unaligned(encapsulation);
		expect(kyber.decapsulate(secretKey, ciphertext)).toEqual(sharedSecret);
		expect(seed).toEqual(bytes(64, "key"));
		expect({ publicKey, secretKey }).toEqual(pair);
		expect(messageSeed).toEqual(bytes(32, "message"));
		expect(ciphertext).toEqual(encapsulation);
	});

	it("refuses wrong lengths", () => {
		const { publicKey, secretKey } = kyber.keyPair(bytes(64, "key"));
		const ciphertext = new Uint8Array(1088);
		for (const change of [-1, 1]) {
			const wrong = (length: number): Uint8Array => new Uint8Array(length + change);
			expect(() => kyber.keyPair(wrong(64))).toThrow(invalid("seed"));
			expect(() => kyber.encapsulate(wrong(1184), new Uint8Array(32))).toThrow(invalid("publicKey"));
			expect(() => kyber.encapsulate(publicKey, wrong(32))).toThrow(invalid("seed"));
			expect(() => kyber.decapsulate(wrong(2400), ciphertext)).toThrow(invalid("secretKey"));
			expect(() => kyber.decapsulate(secretKey, wrong(1088))).toThrow(invalid("ciphertext"));
		}
	});

	const vectors = sources.vectors<{
		single_algorithm: {
			alg: string;
			private_key: string;
			public_key: string;
			plaintext_b64: string;
			ciphertext_b64: string;
		}[];
	}>("asymmetric");
	const keys = sources.vectors<Record<string, { user: { private_key: string; public_key: string } }>>("keys");

	it("opens what the reference client encrypted", () => {
		const row = rows(vectors.single_algorithm.filter(({ alg }) => alg === "KYBER_768"))[0];
		if (row === undefined) throw new Error("unreachable");
		const secretKey = fromBase64((JSON.parse(row.private_key) as { Kyber: { key: string } }).Kyber.key);
		const packed = fromBase64(row.ciphertext_b64);
		const data = packed.subarray(packed.indexOf(0) + 1);
		const sharedSecret = kyber.decapsulate(secretKey, data.subarray(0, 1088));
		const decipher = createDecipheriv("aes-256-gcm", sharedSecret, data.subarray(1088, 1100));
		decipher.setAuthTag(data.subarray(-16));
		const plaintext = Buffer.concat([decipher.update(data.subarray(1100, -16)), decipher.final()]);
		expect(plaintext.toString("base64")).toBe(row.plaintext_b64);
	});

	it.each(Object.keys(keys).filter((name) => name === "alice" || name === "bob"))("uses the keys of %s", (name) => {
		interface Hybrid {
			EciesKyberHybrid: { k: string };
		}
		const user = keys[name]?.user;
		const key = (text = ""): Uint8Array => fromBase64((JSON.parse(text) as Hybrid).EciesKyberHybrid.k);
		const { encapsulation, sharedSecret } = kyber.encapsulate(key(user?.public_key), bytes(32, name));
		expect(kyber.decapsulate(key(user?.private_key), encapsulation)).toEqual(sharedSecret);
	});
});
