import { type CryptoBackend, InvalidInput } from "@sentc-ts/core-crypto";
import type {
	UserPublicKeyData as ExportedPublicKey,
	PublicKeyOut,
	UserVerifyKeyData,
} from "@sentc-ts/core-crypto/wire";
import type { Client } from "@sentc-ts/transport";
import { groupRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { checkId } from "./input.js";
import { storageKeys } from "./storage/keys.js";
import type { Store } from "./storage/store.js";
import type { GroupPublicKeyData, UserPublicKeyData } from "./types.js";

/** Public keys of users and groups: from the storage, else from the API. Cached without end (spec sdk-api §3.1). */
export class PublicKeys {
	readonly #client: Client;
	readonly #store: Store;
	readonly #backend: CryptoBackend;

	constructor(client: Client, store: Store, backend: CryptoBackend) {
		this.#client = client;
		this.#store = store;
		this.#backend = backend;
	}

	/** The newest public key of a user, not verified unless it was before. */
	async user(user_id: string): Promise<UserPublicKeyData> {
		checkId("user_id", user_id);
		return this.#cached(storageKeys.userPublicKey(user_id), async () => {
			const answer = await this.#client.call(userRoutes.userPublicKey, { params: { user_id } });
			return {
				public_key: exportPublicKey(answer),
				public_key_id: answer.public_key_id,
				...(answer.public_key_sig_key_id && { public_key_sig_key_id: answer.public_key_sig_key_id }),
				verified: false,
			};
		});
	}

	/** The exported verify key of a user with the given id. */
	async verifyKey(user_id: string, key_id: string): Promise<string> {
		checkId("user_id", user_id);
		checkId("key_id", key_id);
		return this.#cached(storageKeys.userVerifyKey(user_id, key_id), async () => {
			const answer = await this.#client.call(userRoutes.userVerifyKey, { params: { user_id, key_id } });
			return JSON.stringify({
				verify_key_pem: answer.verify_key,
				verify_key_alg: answer.verify_key_alg,
				verify_key_id: answer.verify_key_id,
			} satisfies UserVerifyKeyData);
		});
	}

	/** The newest public key of a group. */
	async group(group_id: string): Promise<GroupPublicKeyData> {
		checkId("group_id", group_id);
		return this.#cached(storageKeys.groupPublicKey(group_id), async () => {
			const answer = await this.#client.call(groupRoutes.groupPublicKey, { params: { group_id } });
			return { key: exportPublicKey(answer), id: answer.public_key_id };
		});
	}

	/**
	 * Is the public key signed by a verify key of the same user? A yes is remembered; after a no the key is
	 * fetched anew next time.
	 *
	 * @param force check again although it was verified before
	 */
	async verifyUser(user_id: string, data: UserPublicKeyData, force: boolean): Promise<boolean> {
		checkId("user_id", user_id);
		if (typeof data?.public_key !== "string") throw new InvalidInput("public_key", "must be the data of a public key");
		if (data.verified && !force) return true;
		if (data.public_key_sig_key_id === undefined) return false;
		const verifyKey = await this.verifyKey(user_id, data.public_key_sig_key_id);
		const verified = await this.#backend.verifyUserPublicKey({ verifyKey, publicKey: data.public_key });
		const key = storageKeys.userPublicKey(user_id);
		await (verified
			? this.#store.write(key, { ...data, verified } satisfies UserPublicKeyData)
			: this.#store.remove(key));
		return verified;
	}

	async #cached<T>(key: string, load: () => Promise<T>): Promise<T> {
		const stored = await this.#store.read<T>(key);
		if (stored !== undefined) return stored;
		const loaded = await load();
		await this.#store.write(key, loaded);
		return loaded;
	}
}

/** The API's public key in the form that one user hands to another (spec crypto §4). */
function exportPublicKey(answer: PublicKeyOut): string {
	return JSON.stringify({
		public_key_pem: answer.public_key,
		public_key_alg: answer.public_key_alg,
		public_key_id: answer.public_key_id,
		public_key_sig: answer.public_key_sig ?? null,
		public_key_sig_key_id: answer.public_key_sig_key_id ?? null,
	} satisfies ExportedPublicKey);
}
