import { webcrypto } from "node:crypto";
import { importJwtVerifyKey } from "@sentc-ts/transport";
import type { JwtClaims } from "@sentc-ts/transport/contract";
import { fromBase64, hash, toBase64 } from "../../bytes.js";
import { Cache } from "../../cache.js";
import type { Database, Writes } from "../../database/database.js";
import { deleteJwtKey, findJwtKey, insertJwtKey, listJwtKeys } from "../../database/repositories/jwt-keys.js";
import { AppAdminError } from "../../errors.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-384" } as const;
const CACHED_KEYS = 1000;
/** JWTs whose signature is not verified again; half a KiB each. */
const CACHED_CLAIMS = 10_000;

/** What checks the JWTs of an app. */
export interface JwtKey {
	/** Goes into the JWT as `kid`. */
	readonly id: string;
	/** Base64 of the 97 bytes of the uncompressed P-384 point. */
	readonly verifyKey: string;
	/** ms */
	readonly createdAt: number;
}

/** A key pair that is not stored yet. */
interface NewJwtKey extends JwtKey {
	/** PKCS#8, base64. */
	readonly signKey: string;
}

interface SigningKey {
	readonly id: string;
	readonly key: webcrypto.CryptoKey;
}

interface JwtKeysOptions {
	readonly database: Database;
	readonly newId: () => string;
	readonly now: () => number;
}

/** The ES384 key pairs of all apps: the newest one of an app signs, each one verifies (protocol/http-api §4.1). */
export class JwtKeys {
	readonly #options: JwtKeysOptions;
	readonly #signing: Cache<SigningKey>;
	readonly #verifying: Cache<webcrypto.CryptoKey>;
	readonly #claims: Cache<JwtClaims>;

	constructor(options: JwtKeysOptions) {
		this.#options = options;
		this.#signing = new Cache(CACHED_KEYS, options.database.externalVersion);
		this.#verifying = new Cache(CACHED_KEYS, options.database.externalVersion);
		this.#claims = new Cache(CACHED_CLAIMS, options.database.externalVersion, ({ exp }) => options.now() / 1000 < exp);
	}

	/** Makes a key pair for storing; apart from {@link JwtKeys.store} because it must not keep a transaction open. */
	async generate(): Promise<NewJwtKey> {
		const { newId, now } = this.#options;
		const pair = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
		const [privateKey, point] = await Promise.all([
			webcrypto.subtle.exportKey("pkcs8", pair.privateKey),
			webcrypto.subtle.exportKey("raw", pair.publicKey),
		]);
		return {
			id: newId(),
			verifyKey: toBase64(new Uint8Array(point)),
			signKey: toBase64(new Uint8Array(privateKey)),
			createdAt: now(),
		};
	}

	async store(db: Writes, appId: string, { id, verifyKey, signKey, createdAt }: NewJwtKey): Promise<void> {
		const sealed = this.#options.database.vault.seal(cellOf(id), signKey);
		await insertJwtKey(db, { id, appId, signKey: sealed, verifyKey, createdAt });
	}

	/** The keys of an app, newest first. */
	async list(appId: string): Promise<JwtKey[]> {
		const rows = await listJwtKeys(this.#options.database.reads, appId);
		return rows.map(({ id, verifyKey, createdAt }) => ({ id, verifyKey, createdAt }));
	}

	/** A new key pair, which signs from now on. */
	async add(appId: string): Promise<JwtKey> {
		const key = await this.generate();
		await this.#options.database.transaction((db) => this.store(db, appId, key));
		this.#forget();
		return { id: key.id, verifyKey: key.verifyKey, createdAt: key.createdAt };
	}

	/**
	 * Removes a key pair: JWTs that it signed are refused from now on.
	 *
	 * @throws AppAdminError `JWT_KEY_UNKNOWN`, `LAST_JWT_KEY`
	 */
	async delete(appId: string, keyId: string): Promise<void> {
		await this.#options.database.transaction(async (db) => {
			const keys = await listJwtKeys(db, appId);
			if (!keys.some((key) => key.id === keyId)) {
				throw new AppAdminError("JWT_KEY_UNKNOWN", `The app ${appId} has no JWT key ${keyId}.`);
			}
			if (keys.length === 1) {
				throw new AppAdminError("LAST_JWT_KEY", "The last JWT key of an app cannot be deleted: add another one first.");
			}
			await deleteJwtKey(db, keyId);
		});
		this.#forget();
	}

	/** The newest key of the app. */
	async signingKey(appId: string): Promise<SigningKey> {
		const { database } = this.#options;
		const signing = await this.#signing.get(appId, async () => {
			const [row] = await listJwtKeys(database.reads, appId);
			if (row === undefined) return undefined;
			const pkcs8 = decoded(database.vault.open(cellOf(row.id), row.signKey));
			return { id: row.id, key: await webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]) };
		});
		if (signing === undefined) throw new Error(`The app ${appId} has no JWT key`);
		return signing;
	}

	/** The key of the app with this id, of whatever age. */
	async verifyKey(appId: string, keyId: string): Promise<webcrypto.CryptoKey | undefined> {
		return this.#verifying.get(`${appId} ${keyId}`, async () => {
			const row = await findJwtKey(this.#options.database.reads, appId, keyId);
			return row && importJwtVerifyKey(row.verifyKey);
		});
	}

	/**
	 * What a JWT of the app says, once its signature was verified: until it expires, or a key of whatever app is added or removed.
	 * Whether it may be used is another question, and asked each time.
	 *
	 * @param verify finds out what it says; `undefined` = nothing to remember
	 */
	async claims(
		appId: string,
		jwt: string,
		verify: () => Promise<JwtClaims | undefined>,
	): Promise<JwtClaims | undefined> {
		return this.#claims.get(hash(`${appId} ${jwt}`), verify);
	}

	#forget(): void {
		this.#signing.clear();
		this.#verifying.clear();
		this.#claims.clear();
	}
}

const cellOf = (keyId: string) => ({ table: "jwtKeys", row: keyId, column: "signKey" });

function decoded(text: string): Uint8Array {
	const bytes = fromBase64(text);
	if (bytes === undefined) throw new Error("A stored JWT key is damaged");
	return bytes;
}
