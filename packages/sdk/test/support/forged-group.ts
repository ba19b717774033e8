import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
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

/**
 * A generation of the API's making with a new pair, whose group key is one that somebody who was removed knows.
 *
 * @param genuine the record of that key, with its signature
 * @param groupKey the key itself, as the removed one has it
 */
export async function withOldSecret(
	victim: User,
	genuine: GroupKeyServerOutput,
	groupKey: string,
): Promise<GroupKeyServerOutput> {
	const sealed = { ...genuine, ...forgedKey(victim) } as GroupKeyServerOutput;
	const privateKey = victim.user_data.user_keys[0]?.private_key ?? "";
	const [opened] = crypto.openGroupKeys({ keys: [{ privateKey, key: sealed }] }).keys;
	const [wrapped] = crypto.prepareKeysForNewMember({
		publicKey: victim.user_data.user_keys[0]?.exported_public_key ?? "",
		groupKeys: [groupKey],
		rank: null,
		keySession: false,
	}).keys;
	const { signed_by_user_id, signed_by_user_sign_key_id, group_key_sig } = genuine;
	return {
		...sealed,
		encrypted_group_key: wrapped?.encrypted_group_key ?? "",
		encrypted_private_group_key: await seal(bytesOf(groupKey), bytesOf(opened?.privateGroupKey ?? "")),
		...{ signed_by_user_id, signed_by_user_sign_key_id, group_key_sig },
		...{ group_key_id: "made-up", key_pair_id: "made-up", time: genuine.time + 1000 },
	};
}

/** Of a key string (protocol/crypto §4). */
function bytesOf(key: string): Uint8Array<ArrayBuffer> {
	const [{ key_id, ...parts }] = Object.values<Record<string, string>>(JSON.parse(key)) as [Record<string, string>];
	return Uint8Array.from(Buffer.concat(Object.values(parts).map((part) => Buffer.from(part, "base64"))));
}

async function seal(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const iv = globalThis.crypto.getRandomValues(new Uint8Array(12));
	const imported = await globalThis.crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
	const sealed = await globalThis.crypto.subtle.encrypt({ name: "AES-GCM", iv }, imported, bytes);
	return Buffer.concat([iv, new Uint8Array(sealed)]).toString("base64");
}
