import { InvalidInput } from "@sentc-ts/core-crypto";
import { KeyChanged } from "../errors.js";
import { storageKeys } from "../storage/keys.js";
import type { Store } from "../storage/store.js";
import {
	accept,
	judge,
	markVerified,
	type Pin,
	type Proof,
	parsePin,
	requireSameBytes,
	type SeenKey,
	type Signature,
	type Verdict,
	withUse,
} from "./pin.js";
import type { KeyChange, KeyChangePolicy, OwnUser } from "./types.js";

/** How the app wants to deal with changed keys. */
export interface PinOptions {
	readonly policy: KeyChangePolicy;
	readonly onChange: (change: KeyChange, identifier: string) => void;
}

/** Finds out whether a key belongs to the other key of its id, which is known. */
export type Prove = (known: SeenKey, own: OwnUser) => Promise<Signature>;

/** A key that the API answered. */
export interface Arrival {
	readonly user_id: string;
	readonly seen: SeenKey;
	readonly prove: Prove;
	/** `false` = only to be shown to the person: a changed key is no error */
	readonly forUse: boolean;
}

/** Trust on first use: the stored pins of every user of this device. */
export class Pins {
	readonly #store: Store;
	readonly #options: PinOptions;

	constructor(store: Store, options: PinOptions) {
		this.#store = store;
		this.#options = options;
	}

	/**
	 * Compares a key that the API answered with what the own user knows, remembers it, and tells the app of a change.
	 *
	 * @returns is it the newest public key, and verified?
	 * @throws KeyChanged `KEY_REPLACED` when a known id has other bytes, or a key that doesn't belong to the other one of its id;
	 * `KEY_CHANGED` when the policy blocks
	 */
	async check(own: OwnUser, arrival: Arrival): Promise<boolean> {
		const { user_id, seen, forUse } = arrival;
		const { change, pin, trusted } = await this.#judge(own, arrival);
		if (change) this.#options.onChange(change, own.identifier);
		if (forUse && !trusted) throw new KeyChanged("KEY_CHANGED", user_id, pin.newest_key_id, seen.id);
		return pin.verified && pin.newest_key_id === seen.id;
	}

	async #judge(own: OwnUser, { user_id, seen, prove, forUse }: Arrival): Promise<Verdict> {
		const { policy } = this.#options;
		let proof: Proof | undefined;
		const judged = (pin: Pin | undefined): Verdict => withUse(judge(pin, user_id, seen, policy, proof), pin, forUse);
		for (;;) {
			const pin = await this.#read(own, user_id);
			let verdict = judged(pin);
			if (verdict.pin !== pin) {
				await this.#update(own, user_id, (stored) => {
					verdict = judged(stored);
					return verdict.pin;
				});
			}
			if (!verdict.unproven) return verdict;
			proof = { known: verdict.unproven, signature: await prove(verdict.unproven, own) };
		}
	}

	/** Was a key of the user used before? */
	async knows(own: OwnUser, user_id: string): Promise<boolean> {
		const pin = await this.#read(own, user_id);
		return pin !== undefined && !pin.only_shown;
	}

	/**
	 * For a key that the app hands in: it may be an older one, and is nothing new.
	 *
	 * @throws KeyChanged
	 */
	async requireTrusted(own: OwnUser, user_id: string, seen: SeenKey): Promise<void> {
		const pin = await this.#read(own, user_id);
		if (!pin) return;
		requireSameBytes(pin, user_id, seen);
		if (this.#options.policy === "block" && !pin.keys.some(({ id }) => id === seen.id)) {
			throw new KeyChanged("KEY_CHANGED", user_id, pin.newest_key_id, seen.id);
		}
	}

	async markVerified(own: OwnUser, user_id: string, seen: SeenKey): Promise<void> {
		await this.#update(own, user_id, (pin) => pin && markVerified(pin, seen));
	}

	/** @throws InvalidInput when no key with the id waits */
	async accept(own: OwnUser, user_id: string, public_key_id: string): Promise<void> {
		let known = false;
		await this.#update(own, user_id, (pin) => {
			known = pin?.keys.some(({ id }) => id === public_key_id) ?? false;
			const accepted = pin && accept(pin, public_key_id);
			known ||= accepted !== undefined;
			return accepted;
		});
		if (!known) throw new InvalidInput("public_key_id", "must be the id of a changed key");
	}

	async #read(own: OwnUser, user_id: string): Promise<Pin | undefined> {
		return parsePin(await this.#store.read(storageKeys.pin(own.data.user_id, user_id)));
	}

	#update(own: OwnUser, user_id: string, change: (pin: Pin | undefined) => Pin | undefined): Promise<void> {
		const key = storageKeys.pin(own.data.user_id, user_id);
		return this.#store.updateForUser(own.identifier, key, (stored) => change(parsePin(stored)));
	}
}
