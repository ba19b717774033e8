import type { SyncCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import type { Reference } from "@sentc-ts/interop/reference";
import type { Account } from "./account.js";
import type { Row } from "./measure.js";

/** What grows with the keys or the members of a group. @param size how many of them there are, at most */
export function groupRows(crypto: SyncCrypto, reference: Reference, { user }: Account, size: number): Row[] {
	const records = groupKeys(crypto, user.publicKey, size);
	const { keys: opened } = crypto.openGroupKeys({ keys: sealed(records, user.privateKey) });
	const secrets = opened.map(({ groupKey }) => groupKey);
	const [newest = ""] = secrets;

	const open = (count: number): Row => ({
		name: `open a group with ${count} keys`,
		per: { count, what: "key" },
		calls: 1,
		samples: 5,
		ours: () => crypto.openGroupKeys({ keys: sealed(records.slice(0, count), user.privateKey) }),
		reference: () => openWithReference(reference, records.slice(0, count), user.privateKey),
	});
	const invite = (count: number): Row => ({
		name: `wrap ${count} keys for a new member`,
		per: { count, what: "key" },
		calls: 1,
		samples: 5,
		ours: () =>
			crypto.prepareKeysForNewMember({
				publicKey: user.exportedPublicKey,
				groupKeys: secrets.slice(0, count),
				rank: null,
				keySession: false,
			}),
		reference: () =>
			reference.group_prepare_keys_for_new_member(
				...([user.exportedPublicKey, `[${secrets.slice(0, count).join(",")}]`, count, undefined, 0] as const),
			),
	});
	const { encrypted_ephemeral_key } = crypto.prepareKeyRotation({ publicKey: user.publicKey, previousKey: newest });
	const recipient = {
		publicKeyString: records[0]?.public_group_key ?? "",
		algorithm: records[0]?.keypair_encrypt_alg ?? "",
	};
	const members = (count: number): Row => ({
		name: `the API's part of a rotation for ${count} members`,
		per: { count, what: "member" },
		calls: 1,
		samples: 5,
		ours: () =>
			crypto.encryptEphemeralKeys({
				encryptedEphemeralKey: encrypted_ephemeral_key,
				recipients: Array.from({ length: count }, () => recipient),
			}),
	});
	return [
		...[open(size / 20), open(size), invite(size / 20), invite(size / 2)],
		{
			name: "start a key rotation",
			calls: 20,
			samples: 15,
			ours: () => crypto.prepareKeyRotation({ publicKey: user.publicKey, previousKey: newest }),
			reference: () => reference.group_prepare_key_rotation(newest, user.publicKey, undefined, "user"),
		},
		...[members(size / 10), members(size)],
	];
}

/** As a server lists them. A few groups are made, whose keys come again under other ids. */
function groupKeys(crypto: SyncCrypto, creatorPublicKey: string, count: number): GroupKeyServerOutput[] {
	const made = Array.from({ length: 10 }, () => crypto.prepareGroup({ creatorPublicKey }));
	return Array.from({ length: count }, (_, index) => {
		const group = made[index % made.length] as (typeof made)[number];
		const id = `key ${index}`;
		return {
			...{ key_pair_id: id, group_key_id: id, user_public_key_id: group.creator_public_key_id, time: count - index },
			encrypted_group_key: group.encrypted_group_key,
			group_key_alg: group.group_key_alg,
			encrypted_private_group_key: group.encrypted_private_group_key,
			public_group_key: group.public_group_key,
			keypair_encrypt_alg: group.keypair_encrypt_alg,
		};
	});
}

const sealed = (records: readonly GroupKeyServerOutput[], privateKey: string) =>
	records.map((key) => ({ privateKey, key }));

function openWithReference(reference: Reference, records: readonly GroupKeyServerOutput[], privateKey: string): void {
	const answer = JSON.stringify({ status: true, result: records });
	for (const { key_data } of reference.group_extract_group_keys(answer) as { key_data: string }[]) {
		reference.group_decrypt_key(privateKey, key_data).free();
	}
}
