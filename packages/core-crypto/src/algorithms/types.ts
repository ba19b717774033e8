import type { KeyPair } from "../lattice/shared.js";
import type { Op } from "./op.js";

/** Sizes and names of the keys of one algorithm, in bytes. Hybrid keys are the concatenation of both halves. */
export interface KeyLayout {
	/** Algorithm identifier on the wire. */
	id: string;
	/** Name in key strings (protocol/crypto §4). */
	variant: string;
	secretKeyLength: number;
	publicKeyLength: number;
}

/** What encryption and signatures have in common. */
export interface KeyPairSuite extends KeyLayout {
	keyPair(): Op<KeyPair>;
	/** Is it a public key, given that its length is right? Left out where every one is. */
	isPublicKey?(publicKey: Uint8Array): boolean;
	/** The public key that belongs to a secret one; `undefined` when what a lattice's secret key repeats of it is not true. */
	publicKeyOf(secretKey: Uint8Array): Op<Uint8Array | undefined>;
}

export interface EncryptionSuite extends KeyPairSuite {
	/** Elliptic-curve half `x` and lattice half `k` of a hybrid. */
	halves?: readonly [x: EncryptionSuite, k: EncryptionSuite];
	/**
	 * @param prefix comes before the ciphertext
	 * @throws CryptoError `ENCRYPTION_FAILED` for a public key that gives no secret
	 */
	encrypt(publicKey: Uint8Array, plaintext: Uint8Array, prefix?: Uint8Array): Op<Uint8Array>;
	/** @throws CryptoError `CIPHERTEXT_TOO_SHORT`, `DECRYPTION_FAILED` */
	decrypt(secretKey: Uint8Array, ciphertext: Uint8Array): Op<Uint8Array>;
}

export interface SignatureSuite extends KeyPairSuite {
	/** Elliptic-curve half `x` and lattice half `k` of a hybrid. */
	halves?: readonly [x: SignatureSuite, k: SignatureSuite];
	signatureLength: number;
	sign(secretKey: Uint8Array, message: Uint8Array): Op<Uint8Array>;
	verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Op<boolean>;
}

/** A secret key without a public half. */
export interface SecretSuite {
	/** Algorithm identifier on the wire. */
	id: string;
	/** Name in key strings (protocol/crypto §4). */
	variant: string;
	keyLength: number;
}

/** Hashes that only who has the key can compute: equal for equal data. */
export interface SearchableSuite extends SecretSuite {
	hash(key: Uint8Array, data: Uint8Array): Op<Uint8Array>;
	/** The same for many short texts. */
	hasher(key: Uint8Array): Op<(data: Uint8Array) => Uint8Array>;
}

/** Encryption whose order is that of the plaintexts. */
export interface SortableSuite extends SecretSuite {
	/** The largest integer that is encrypted; the smallest is 0. */
	largest: number;
	encrypt(key: Uint8Array, plaintext: number): Op<number>;
}
