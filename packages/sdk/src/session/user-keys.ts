import type { OpenedUserKey } from "@sentc-ts/core-crypto";
import {
	exportedPublicKeySchema,
	exportedVerifyKeySchema,
	type GroupKeyServerOutput,
	type HmacKey,
} from "@sentc-ts/core-crypto/wire";
import { userKeyRoutes } from "@sentc-ts/transport/contract";
import { isSigned, requirePairs } from "../crypto.js";
import { AnswerForged } from "../errors.js";
import type { KeyFailure } from "../key-errors.js";
import { type KeyHolder, type KeyPairOwner, KeyRing } from "../keys/key-ring.js";
import { type OpenedKeys, openedKeys } from "../keys/opened.js";
import { KeyRotation } from "../keys/rotation.js";
import { storageKeys } from "../storage/keys.js";
import type { UserData, UserDeviceKeyData, UserKeyData, UserPublicKeyData } from "../types.js";
import type { Context } from "./context.js";

/** Whose keys they are. */
interface KeyUser {
	readonly context: Context;
	readonly identifier: string;
	/** @throws SessionEnded after log out */
	readonly data: UserData;
	getJwt(): Promise<string>;
	save(): Promise<void>;
	reportUnusable(failures: readonly KeyFailure[]): void;
}

/** The keys of a user, opened by the key of the device. @param pairs those that were opened, not read from a storage */
export function userKeyRing(user: KeyUser, pairs: readonly UserKeyData[]): KeyRing<UserKeyData> {
	const { backend, client } = user.context;
	const holder: KeyHolder<UserKeyData> = {
		backend,
		list: () => {
			const { data } = user;
			return {
				keys: data.user_keys,
				key_map: data.key_map,
				get newest_key_id() {
					return data.newest_key_id;
				},
				set newest_key_id(id) {
					data.newest_key_id = id;
				},
			};
		},
		fetchOne: async (key_id) => client.call(userKeyRoutes.userKey, { jwt: await user.getJwt(), params: { key_id } }),
		fetchPage: async (params) => client.call(userKeyRoutes.listUserKeys, { jwt: await user.getJwt(), params }),
		open: (answered) => openUserKeys(user.context, user.data.device, answered),
		reportUnusable: (failures) => user.reportUnusable(failures),
		opensPairs: true,
		requirePairs: (key) =>
			requirePairs(user.context, {
				privateKey: key.private_key,
				publicKey: key.exported_public_key,
				signKey: key.sign_key,
				verifyKey: key.exported_verify_key,
			}),
		pairOf: (key) => ({ publicKey: key.public_key, privateKey: key.private_key }),
		save: () => user.save(),
		saveNewest: (newest) => storeOwnPublicKeys(user, newest),
	};
	return new KeyRing(holder, pairs);
}

/** What the keys of a user are encrypted for. */
function devicePair({ data }: Pick<KeyUser, "data">): KeyPairOwner {
	const { public_key, private_key } = data.device;
	return { loadPublicKey: async () => public_key, loadPrivateKey: async () => private_key };
}

/**
 * Opens user keys, and those of the searchable keys that one of them encrypts, in the order of the answer
 * (protocol/user-protocol §7.3). Keys whose public halves don't belong to the private ones are unusable.
 */
export async function openUserKeys(
	{ backend }: Pick<Context, "backend">,
	{ private_key: privateKey }: UserDeviceKeyData,
	userKeys: readonly GroupKeyServerOutput[],
	hmacKeys: readonly HmacKey[] = [],
): Promise<OpenedKeys<UserKeyData> & { hmacKeys: (string | null)[] }> {
	const opened = await backend.openUser({ privateKey, userKeys: [...userKeys], hmacKeys: [...hmacKeys] });
	const { userKeys: keys, unusable } = opened;
	return { ...openedKeys({ keys, unusable }, publicShape), hmacKeys: opened.hmacKeys };
}

function publicShape(key: OpenedUserKey): UserKeyData {
	const signKeyId = key.exportedPublicKeySigKeyId;
	return {
		private_key: key.privateKey,
		public_key: key.publicKey,
		group_key: key.groupKey,
		group_key_id: key.groupKeyId,
		time: key.time,
		sign_key: key.signKey,
		verify_key: key.verifyKey,
		exported_public_key: key.exportedPublicKey,
		exported_verify_key: key.exportedVerifyKey,
		...(signKeyId !== undefined && { exported_public_key_sig_key_id: signKeyId }),
	};
}

/** The rotations of a user's keys (protocol/user-protocol §14.2). */
export function userKeyRotation(user: KeyUser & { readonly keys: KeyRing<UserKeyData> }): KeyRotation<UserKeyData> {
	const { backend, client } = user.context;
	return new KeyRotation(backend, user.keys, () => devicePair(user), {
		signPair: true,
		start: async (body) => client.call(userKeyRoutes.startKeyRotation, { jwt: await user.getJwt(), body }),
		list: async () => client.call(userKeyRoutes.listKeyRotations, { jwt: await user.getJwt() }),
		finish: async (key_id, body) =>
			client.call(userKeyRoutes.finishKeyRotation, { jwt: await user.getJwt(), params: { key_id }, body }),
		requireGenuine: (record, key) => requireGenuine(user.context, record, key),
	});
}

/** The new sign key has the id of the new key, and has signed the new public key. Opening showed that both are whole pairs. */
async function requireGenuine(context: Context, record: GroupKeyServerOutput, key: UserKeyData): Promise<void> {
	const { group_key_id: id, keypair_sign_id, public_key_sig_key_id } = record;
	if (keypair_sign_id !== id || public_key_sig_key_id !== id) {
		throw new AnswerForged("rotation", "The API answered other ids of the sign key than were sent for the new key");
	}
	const { exported_public_key: publicKey, exported_verify_key: verifyKey } = key;
	if (await isSigned(context, { verifyKey, publicKey })) return;
	throw new AnswerForged("rotation", "The new public key is not signed by the new sign key");
}

/** The own newest keys as stored items, so that nobody has to ask the API for them (protocol/sdk-api §3.4). */
export function ownPublicKeyItems(user_id: string, newest: UserKeyData): Record<string, unknown> {
	const { exported_public_key, exported_public_key_sig_key_id, exported_verify_key } = newest;
	const { public_key_id } = exportedPublicKeySchema.parse(JSON.parse(exported_public_key));
	const { verify_key_id } = exportedVerifyKeySchema.parse(JSON.parse(exported_verify_key));
	return {
		[storageKeys.userPublicKey(user_id)]: {
			public_key: exported_public_key,
			public_key_id,
			...(exported_public_key_sig_key_id && { public_key_sig_key_id: exported_public_key_sig_key_id }),
			verified: false,
		} satisfies UserPublicKeyData,
		[storageKeys.userVerifyKey(user_id, verify_key_id)]: exported_verify_key,
	};
}

/** {@link ownPublicKeyItems} after a rotation, unless the user logged out. */
async function storeOwnPublicKeys({ context, data, identifier }: KeyUser, newest: UserKeyData): Promise<void> {
	for (const [key, value] of Object.entries(ownPublicKeyItems(data.user_id, newest))) {
		await context.store.writeForUser(identifier, key, value);
	}
}
