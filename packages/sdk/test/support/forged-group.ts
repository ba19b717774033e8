import { createCrypto } from "@sentc-ts/core-crypto";
import type { User } from "../../src/index.js";

type Json = Record<string, unknown>;

const crypto = createCrypto();

/**
 * A group key that the API makes for a user, whose public key is all it takes.
 *
 * @param signer who signs it for the API
 * @returns the members of its record that differ from those of the genuine key
 */
export function forgedKey(victim: User, signer?: User): Json {
	const made = crypto.prepareGroup({
		creatorPublicKey: victim.getNewestPublicKey(),
		...(signer && { signer: { userId: signer.user_data.user_id, signKey: signer.getNewestSignKey() } }),
	});
	const { creator_public_key_id, encrypted_hmac_key, encrypted_sortable_key, ...record } = made;
	const unsigned = { signed_by_user_id: null, signed_by_user_sign_key_id: null, group_key_sig: null };
	return { ...unsigned, ...record, user_public_key_id: creator_public_key_id };
}

/** In the place of the genuine keys of a group. */
export const instead =
	(forged: Json) =>
	(group: Json): Json => ({ ...group, keys: (group["keys"] as Json[]).map((key) => ({ ...key, ...forged })) });

/** Beside the genuine keys of a group, as if it was made that many ms later. */
export const beside =
	(forged: Json, later: number) =>
	(group: Json): Json => {
		const [genuine = {}, ...others] = group["keys"] as Json[];
		const key = { ...genuine, ...forged, group_key_id: "forged", time: Number(genuine["time"]) + later };
		return { ...group, keys: later > 0 ? [key, genuine, ...others] : [genuine, ...others, key] };
	};
