import { InvalidInput } from "@sentc-ts/core-crypto";
import { KeyChanged } from "../errors.js";
import { storageKeys } from "../storage/keys.js";
import type { Store } from "../storage/store.js";
import { accept, judge, markVerified, type Pin, parsePin, requireSameBytes, type SeenKey } from "./pin.js";
import type { KeyChange, KeyChangePolicy, Viewer } from "./types.js";

/** How the app wants to deal with changed keys. */
export interface PinOptions {
	readonly policy: KeyChangePolicy;
	readonly onChange: (change: KeyChange, identifier: string) => void;
}

/** Trust on first use: the stored pins of every viewer. */
export class Pins {
	readonly #store: Store;
	readonly #options: PinOptions;

	constructor(store: Store, options: PinOptions) {
		this.#store = store;
		this.#options = options;
	}

	/**
	 * Compares a key that the API answered with what the viewer knows, remembers it, and tells the app of a change.
	 *
	 * @param forUse `false` = only to be shown to the person: a changed key is no error
	 * @returns is it the newest public key, and verified?
	 * @throws KeyChanged `KEY_REPLACED` when a known id has other bytes; `KEY_CHANGED` when the policy blocks
	 */
	async check(viewer: Viewer, user_id: string, seen: SeenKey, forUse = true): Promise<boolean> {
		const { onChange, policy } = this.#options;
		const pin = await this.#read(viewer, user_id);
		let verdict = judge(pin, user_id, seen, policy);
		if (verdict.pin !== pin) {
			await this.#update(viewer, user_id, (stored) => {
				verdict = judge(stored, user_id, seen, policy);
				return verdict.pin;
			});
		}
		if (verdict.change) onChange(verdict.change, viewer.identifier);
		if (forUse && !verdict.trusted) {
			throw new KeyChanged("KEY_CHANGED", user_id, verdict.pin.newest_key_id, seen.id);
		}
		return verdict.pin.verified && verdict.pin.newest_key_id === seen.id;
	}

	/**
	 * For a key that the app hands in: it may be an older one, and is nothing new.
	 *
	 * @throws KeyChanged
	 */
	async requireTrusted(viewer: Viewer, user_id: string, seen: SeenKey): Promise<void> {
		const pin = await this.#read(viewer, user_id);
		if (!pin) return;
		requireSameBytes(pin, user_id, seen);
		if (this.#options.policy === "block" && !pin.keys.some(({ id }) => id === seen.id)) {
			throw new KeyChanged("KEY_CHANGED", user_id, pin.newest_key_id, seen.id);
		}
	}

	async markVerified(viewer: Viewer, user_id: string, seen: SeenKey): Promise<void> {
		await this.#update(viewer, user_id, (pin) => pin && markVerified(pin, seen));
	}

	/** @throws InvalidInput when no key with the id waits */
	async accept(viewer: Viewer, user_id: string, public_key_id: string): Promise<void> {
		let known = false;
		await this.#update(viewer, user_id, (pin) => {
			known = pin?.keys.some(({ id }) => id === public_key_id) ?? false;
			const accepted = pin && accept(pin, public_key_id);
			known ||= accepted !== undefined;
			return accepted;
		});
		if (!known) throw new InvalidInput("public_key_id", "must be the id of a changed key");
	}

	async #read(viewer: Viewer, user_id: string): Promise<Pin | undefined> {
		return parsePin(await this.#store.read(storageKeys.pin(viewer.data.user_id, user_id)));
	}

	#update(viewer: Viewer, user_id: string, change: (pin: Pin | undefined) => Pin | undefined): Promise<void> {
		const key = storageKeys.pin(viewer.data.user_id, user_id);
		return this.#store.updateForUser(viewer.identifier, key, (stored) => change(parsePin(stored)));
	}
}
