import { webcrypto } from "node:crypto";
import { fromBase64, toBase64 } from "../../bytes.js";
import { Cache } from "../../cache.js";
import type { Reads, Writes } from "../../database/database.js";
import { findJwtKey, insertJwtKey, newestJwtKey } from "../../database/repositories/apps.js";
import type { Vault } from "../../vault.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-384" } as const;
const CACHED_KEYS = 1000;

export interface SigningKey {
	/** Goes into the JWT as `kid`. */
	readonly id: string;
	readonly key: webcrypto.CryptoKey;
}

/** A key pair that is not stored yet. */
export interface NewJwtKey {
	readonly id: string;
	/** Base64 of the 97 bytes of the uncompressed point. */
	readonly verifyKey: string;
	readonly sealedSignKey: string;
}

interface JwtKeysOptions {
	readonly reads: Reads;
	readonly vault: Vault;
	readonly newId: () => string;
	readonly now: () => number;
}

/** The ES384 key pairs of all apps (spec http-api §4.1). */
export class JwtKeys {
	readonly #options: JwtKeysOptions;
	readonly #signing: Cache<SigningKey> = new Cache(CACHED_KEYS);
	readonly #verifying: Cache<webcrypto.CryptoKey> = new Cache(CACHED_KEYS);

	constructor(options: JwtKeysOptions) {
		this.#options = options;
	}

	/** Makes a key pair for storing; apart from {@link JwtKeys.store} because it must not keep a transaction open. */
	async generate(): Promise<NewJwtKey> {
		const { vault, newId } = this.#options;
		const pair = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
		const [privateKey, point] = await Promise.all([
			webcrypto.subtle.exportKey("pkcs8", pair.privateKey),
			webcrypto.subtle.exportKey("raw", pair.publicKey),
		]);
		return {
			id: newId(),
			verifyKey: toBase64(new Uint8Array(point)),
			sealedSignKey: vault.seal(toBase64(new Uint8Array(privateKey))),
		};
	}

	async store(db: Writes, appId: string, { id, verifyKey, sealedSignKey }: NewJwtKey): Promise<void> {
		await insertJwtKey(db, { id, appId, signKey: sealedSignKey, verifyKey, createdAt: this.#options.now() });
	}

	/** The newest key of the app. */
	async signingKey(appId: string): Promise<SigningKey> {
		const cached = this.#signing.get(appId);
		if (cached !== undefined) return cached;
		const { reads, vault } = this.#options;
		const row = await newestJwtKey(reads, appId);
		const key = await webcrypto.subtle.importKey("pkcs8", decoded(vault.open(row.signKey)), ALGORITHM, false, ["sign"]);
		const signing = { id: row.id, key };
		this.#signing.set(appId, signing);
		return signing;
	}

	/** The key of the app with this id, of whatever age. */
	async verifyKey(appId: string, keyId: string): Promise<webcrypto.CryptoKey | undefined> {
		const name = `${appId} ${keyId}`;
		const cached = this.#verifying.get(name);
		if (cached !== undefined) return cached;
		const row = await findJwtKey(this.#options.reads, appId, keyId);
		if (row === undefined) return undefined;
		const key = await webcrypto.subtle.importKey("raw", decoded(row.verifyKey), ALGORITHM, false, ["verify"]);
		this.#verifying.set(name, key);
		return key;
	}
}

function decoded(text: string): Uint8Array {
	const bytes = fromBase64(text);
	if (bytes === undefined) throw new Error("A stored JWT key is damaged");
	return bytes;
}
