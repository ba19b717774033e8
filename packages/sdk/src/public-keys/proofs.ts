import { exportServerPublicKey, exportServerVerifyKey } from "@sentc-ts/core-crypto";
import type { Client } from "@sentc-ts/transport";
import { userRoutes } from "@sentc-ts/transport/contract";
import { requireSameId } from "../answers.js";
import { type Cryptography, isSigned } from "../crypto.js";
import { storageKeys } from "../storage/keys.js";
import { hasTexts, isText } from "../storage/shape.js";
import type { Store } from "../storage/store.js";
import { seenPublicKey, seenVerifyKey } from "./fingerprint.js";
import type { SeenKey, Signature } from "./pin.js";
import type { OwnUser } from "./types.js";

/** Public key and verify key of one id belong together when the one is signed by the other. */
export class Proofs {
	readonly #client: Client;
	readonly #store: Store;
	readonly #cryptography: Cryptography;

	constructor(client: Client, store: Store, cryptography: Cryptography) {
		this.#client = client;
		this.#store = store;
		this.#cryptography = cryptography;
	}

	/** @returns `"wrong"` also when the API answers another verify key than the known one */
	async ofPublicKey(user_id: string, publicKey: string, known: SeenKey, own: OwnUser): Promise<Signature> {
		if (!seenPublicKey(this.#cryptography.crypto, publicKey).signature) return "none";
		const isKnown = (exported: string): boolean =>
			seenVerifyKey(this.#cryptography.crypto, exported, user_id, known.id).verify_key === known.verify_key;
		const key = storageKeys.userVerifyKey(user_id, known.id);
		const stored = await this.#store.read(key);
		if (isText(stored) && holds(() => isKnown(stored))) return this.#check(publicKey, stored);
		const fetched = await fetchVerifyKey(this.#client, user_id, known.id);
		if (!isKnown(fetched)) return "wrong";
		await this.#store.writeForUser(own.identifier, key, fetched);
		return this.#check(publicKey, fetched);
	}

	/**
	 * Only the signature that came with the known public key proves anything: whoever likes can sign the public key of another
	 * person anew.
	 *
	 * @param atHand the exported public key, if the caller has it
	 * @returns `"wrong"` also when the API answers another public key or signature than the known one
	 */
	async ofVerifyKey(user_id: string, verifyKey: string, known: SeenKey, atHand?: string): Promise<Signature> {
		if (!known.signature) return "none";
		const isKnown = (exported: string): boolean => {
			const { public_key, signature } = seenPublicKey(this.#cryptography.crypto, exported);
			return public_key === known.public_key && signature === known.signature;
		};
		const stored = await this.#store.read(storageKeys.userPublicKey(user_id));
		const cached = hasTexts(stored, ["public_key"]) ? stored.public_key : undefined;
		for (const exported of [atHand, cached]) {
			if (exported !== undefined && holds(() => isKnown(exported))) return this.#check(exported, verifyKey);
		}
		const params = { user_id, key_id: known.id };
		const fetched = exportServerPublicKey(await this.#client.call(userRoutes.userPublicKeyById, { params }));
		return isKnown(fetched) ? this.#check(fetched, verifyKey) : "wrong";
	}

	async #check(publicKey: string, verifyKey: string): Promise<Signature> {
		return (await isSigned(this.#cryptography, { publicKey, verifyKey })) ? "valid" : "wrong";
	}
}

/** @throws AnswerForged when it has another id */
export async function fetchVerifyKey(client: Client, user_id: string, key_id: string): Promise<string> {
	const answer = await client.call(userRoutes.userVerifyKey, { params: { user_id, key_id } });
	requireSameId(key_id, answer.verify_key_id);
	return exportServerVerifyKey(answer);
}

/** What is stored may be damaged. */
function holds(isKnown: () => boolean): boolean {
	try {
		return isKnown();
	} catch {
		return false;
	}
}
