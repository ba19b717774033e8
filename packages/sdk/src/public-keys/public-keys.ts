import { exportServerPublicKey, InvalidInput } from "@sentc-ts/core-crypto";
import { exportedPublicKeySchema, exportedVerifyKeySchema } from "@sentc-ts/core-crypto/wire";
import type { Client } from "@sentc-ts/transport";
import { groupRoutes, userRoutes } from "@sentc-ts/transport/contract";
import type { Cryptography } from "../crypto.js";
import { KeyChanged } from "../errors.js";
import { checkId } from "../input.js";
import { storageKeys } from "../storage/keys.js";
import { MemoryStorage } from "../storage/memory.js";
import { hasTexts, isPastTime } from "../storage/shape.js";
import { Store } from "../storage/store.js";
import type { GroupPublicKeyData, UserPublicKeyData } from "../types.js";
import { parseJson, seenPublicKey, seenVerifyKey } from "./fingerprint.js";
import { nextGroupKey, parseKnownGroupKey } from "./group-key.js";
import type { SeenKey } from "./pin.js";
import { type Arrival, type PinOptions, Pins, type Prove } from "./pins.js";
import { fetchVerifyKey, Proofs } from "./proofs.js";
import type { KeyChangePolicy, OwnUser } from "./types.js";

export interface PublicKeyOptions extends PinOptions {
	/** How long a public key is taken from the storage, ms. */
	readonly lifetime: number;
}

const DEFAULT_LIFETIME_MS = 60 * 60 * 1000;

/** @throws InvalidInput naming the option */
export function publicKeyOptions(options: {
	key_change?: KeyChangePolicy | undefined;
	on_key_change?: PinOptions["onChange"] | undefined;
	public_key_lifetime?: number | undefined;
}): PublicKeyOptions {
	const { key_change = "warn", on_key_change = () => {}, public_key_lifetime = DEFAULT_LIFETIME_MS } = options;
	if (key_change !== "warn" && key_change !== "block")
		throw new InvalidInput("key_change", 'must be "warn" or "block"');
	if (typeof on_key_change !== "function") throw new InvalidInput("on_key_change", "must be a function");
	if (!(public_key_lifetime >= 0)) throw new InvalidInput("public_key_lifetime", "must be a number of ms");
	return { policy: key_change, onChange: on_key_change, lifetime: public_key_lifetime };
}

/**
 * Public keys of users and groups: from the storage while they are fresh, else from the API. What the own user knows of the
 * user decides whether a key may be used.
 */
export class PublicKeys {
	readonly #client: Client;
	readonly #store: Store;
	readonly #cryptography: Cryptography;
	readonly #pins: Pins;
	readonly #proofs: Proofs;
	readonly #lifetime: number;

	constructor(client: Client, store: Store, cryptography: Cryptography, options: PublicKeyOptions) {
		this.#client = client;
		this.#store = store;
		this.#cryptography = cryptography;
		this.#pins = new Pins(store, options);
		this.#proofs = new Proofs(client, store, cryptography);
		this.#lifetime = options.lifetime;
	}

	/**
	 * The newest public key of a user; the own one is that of this device.
	 *
	 * @throws KeyChanged
	 */
	async user(user_id: string, own: OwnUser | undefined): Promise<UserPublicKeyData> {
		checkId("user_id", user_id);
		if (own?.data.user_id === user_id) return ownPublicKey(own);
		const key = storageKeys.userPublicKey(user_id);
		const stored = this.#fresh(await this.#store.read(key));
		const cached = isUserPublicKey(stored) && this.#isPublicKey(stored.public_key) ? userPublicKey(stored) : undefined;
		const data = cached ?? (await this.#fetchUser(user_id));
		const seen = this.#seenPublicKey(data.public_key);
		const prove: Prove = (known, by) => this.#proofs.ofPublicKey(user_id, data.public_key, known, by);
		const verified = await this.#checked(own, key, { user_id, seen, prove, forUse: true });
		const answer = { ...data, verified: verified ?? data.verified };
		if (!cached) await this.#cache(own, key, { ...answer, time: Date.now() });
		return answer;
	}

	/**
	 * The exported verify key of a user with the given id. It never changes, so it is kept as long as the user is logged in.
	 *
	 * @param forUse `false` = for a safety number, that is before the person decided whether the key is good
	 * @param publicKey the exported public key of that id, if it is at hand
	 * @throws KeyChanged
	 */
	async verifyKey(
		user_id: string,
		key_id: string,
		own: OwnUser | undefined,
		forUse = true,
		publicKey?: string,
	): Promise<string> {
		checkId("user_id", user_id);
		checkId("key_id", key_id);
		if (own?.data.user_id === user_id) return own.loadVerifyKey(key_id);
		const key = storageKeys.userVerifyKey(user_id, key_id);
		const stored = await this.#store.read(key);
		const cached = typeof stored === "string" && this.#isVerifyKey(stored, key_id) ? stored : undefined;
		const verifyKey = cached ?? (await fetchVerifyKey(this.#client, user_id, key_id));
		const seen = this.#seenVerifyKey(verifyKey, user_id, key_id);
		const prove: Prove = (known) => this.#proofs.ofVerifyKey(user_id, verifyKey, known, publicKey);
		await this.#checked(own, key, { user_id, seen, prove, forUse });
		if (!cached) await this.#cache(own, key, verifyKey);
		return verifyKey;
	}

	/** Is it the own user, or one of whom a key was used before? */
	async knows(user_id: string, own: OwnUser): Promise<boolean> {
		return user_id === own.data.user_id || this.#pins.knows(own, user_id);
	}

	/** Of the own user alone, or with another one and a verify key of that one (protocol/crypto §6.7). */
	async safetyNumber(own: OwnUser, other: { user_id: string; verify_key_id: string } | undefined): Promise<string> {
		const { backend } = this.#cryptography;
		const input = { verifyKey1: own.newestKey.exported_verify_key, userId1: own.data.user_id };
		if (other === undefined) return backend.createSafetyNumber(input);
		const verifyKey2 = await this.verifyKey(other.user_id, other.verify_key_id, own, false);
		return backend.createSafetyNumber({ ...input, verifyKey2, userId2: other.user_id });
	}

	/**
	 * The newest public key of a group.
	 *
	 * @param anew `true` = as the API has it now: after a removal somebody else has the private half of the one before
	 * @throws AnswerForged when it is an older one than the API answered before, or has other bytes
	 */
	async group(group_id: string, own: OwnUser | undefined, anew = false): Promise<GroupPublicKeyData> {
		checkId("group_id", group_id);
		const storageKey = storageKeys.groupPublicKey(group_id);
		const stored = await this.#store.read(storageKey);
		const read = parseKnownGroupKey(stored);
		const known = read && this.#isPublicKey(read.key) ? read : undefined;
		if (known && !anew && this.#fresh(stored)) return { key: known.key, id: known.id };
		const answer = await this.#client.call(groupRoutes.groupPublicKey, { params: { group_id } });
		const data: GroupPublicKeyData = { key: exportServerPublicKey(answer), id: answer.public_key_id };
		const { public_key } = this.#seenPublicKey(data.key);
		const next = nextGroupKey(known, data, (other) => this.#seenPublicKey(other).public_key === public_key);
		await this.#cache(own, storageKey, { ...next, time: Date.now() });
		return data;
	}

	/**
	 * Is the public key signed by a verify key of the same user? A yes is remembered; after a no the key is
	 * fetched anew next time.
	 *
	 * @param force check again although it was verified before
	 * @throws KeyChanged
	 */
	async verifyUser(
		user_id: string,
		data: UserPublicKeyData,
		force: boolean,
		own: OwnUser | undefined,
	): Promise<boolean> {
		checkId("user_id", user_id);
		if (typeof data?.public_key !== "string") throw new InvalidInput("public_key", "must be the data of a public key");
		const seen = this.#seenPublicKey(data.public_key);
		if (own) await this.#pins.requireTrusted(own, user_id, seen);
		if (data.verified && !force) return true;
		if (data.public_key_sig_key_id === undefined) return false;
		const verifyKey = await this.verifyKey(user_id, data.public_key_sig_key_id, own, true, data.public_key);
		const verified = await this.#cryptography.backend.verifyUserPublicKey({ verifyKey, publicKey: data.public_key });
		const key = storageKeys.userPublicKey(user_id);
		if (!verified) {
			await this.#store.remove(key);
			return false;
		}
		const cached = await this.#store.read(key);
		if (isUserPublicKey(cached) && cached.public_key === data.public_key) {
			await this.#cache(own, key, { ...cached, verified });
		}
		if (own) await this.#pins.markVerified(own, user_id, seen);
		return true;
	}

	/** Trusts the changed key of a user from now on. @throws InvalidInput when no changed key has the id */
	async accept(user_id: string, public_key_id: string, own: OwnUser): Promise<void> {
		checkId("user_id", user_id);
		checkId("public_key_id", public_key_id);
		await this.#pins.accept(own, user_id, public_key_id);
	}

	/** What is cached without a time was written by another client. */
	#fresh(cached: unknown): unknown {
		if (typeof cached !== "object" || cached === null || !("time" in cached)) return undefined;
		const now = Date.now();
		return isPastTime(cached.time, now) && cached.time > now - this.#lifetime ? cached : undefined;
	}

	async #fetchUser(user_id: string): Promise<UserPublicKeyData> {
		const answer = await this.#client.call(userRoutes.userPublicKey, { params: { user_id } });
		return {
			public_key: exportServerPublicKey(answer),
			public_key_id: answer.public_key_id,
			...(answer.public_key_sig_key_id && { public_key_sig_key_id: answer.public_key_sig_key_id }),
			verified: false,
		};
	}

	/** Leaves no key in the cache that the own user must not use. @returns `undefined` when nobody is logged in */
	async #checked(own: OwnUser | undefined, cacheKey: string, arrival: Arrival): Promise<boolean | undefined> {
		if (!own) return undefined;
		try {
			return await this.#pins.check(own, arrival);
		} catch (error) {
			if (error instanceof KeyChanged) await this.#store.remove(cacheKey);
			throw error;
		}
	}

	/** What is fetched for a user must not come to the storage after the user logged out. */
	#cache(own: OwnUser | undefined, key: string, value: unknown): Promise<void> {
		return own ? this.#store.writeForUser(own.identifier, key, value) : this.#store.write(key, value);
	}

	#seenPublicKey(exported: string): SeenKey {
		return seenPublicKey(this.#cryptography.crypto, exported);
	}

	#seenVerifyKey(verifyKey: string, user_id: string, key_id: string): SeenKey {
		return seenVerifyKey(this.#cryptography.crypto, verifyKey, user_id, key_id);
	}

	#isPublicKey(exported: string): boolean {
		return succeeds(() => this.#seenPublicKey(exported));
	}

	#isVerifyKey(exported: string, key_id: string): boolean {
		const hasId = (): boolean => exportedVerifyKeySchema.parse(parseJson(exported)).verify_key_id === key_id;
		return succeeds(() => this.#seenVerifyKey(exported, "", key_id)) && hasId();
	}
}

/** Public keys of another API or app: nothing is known of its users, and nothing of them is kept. */
export function publicKeysOfOtherApi(client: Client, cryptography: Cryptography): PublicKeys {
	return new PublicKeys(client, new Store(new MemoryStorage(), client.timeout), cryptography, publicKeyOptions({}));
}

function ownPublicKey({ newestKey }: OwnUser): UserPublicKeyData {
	const public_key = newestKey.exported_public_key;
	const signKeyId = newestKey.exported_public_key_sig_key_id;
	return {
		public_key,
		public_key_id: exportedPublicKeySchema.parse(parseJson(public_key)).public_key_id,
		...(signKeyId !== undefined && { public_key_sig_key_id: signKeyId }),
		verified: true,
	};
}

type StoredPublicKey = Pick<UserPublicKeyData, "public_key" | "public_key_id"> & Record<string, unknown>;

function isUserPublicKey(cached: unknown): cached is StoredPublicKey {
	return hasTexts(cached, ["public_key", "public_key_id"]);
}

function userPublicKey({
	public_key,
	public_key_id,
	public_key_sig_key_id,
	verified,
}: StoredPublicKey): UserPublicKeyData {
	return {
		public_key,
		public_key_id,
		...(typeof public_key_sig_key_id === "string" && { public_key_sig_key_id }),
		verified: verified === true,
	};
}

function succeeds(call: () => unknown): boolean {
	try {
		call();
		return true;
	} catch {
		return false;
	}
}
