import type { SyncCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import type { Reference } from "@sentc-ts/interop/reference";
import type { Account } from "./account.js";
import { type Goal, type Operation, sidesOf, type Tools } from "./operation.js";
import { STUB } from "./stub.js";

const MAKE: Goal = { node: 0.6, chromium: 0.9 };
const OPEN: Goal = { node: 0.4, chromium: 0.7 };
const OPEN_MANY: Goal = { node: 0.25, chromium: 0.35 };
const WRAP_MANY: Goal = { node: 0.3, chromium: 0.4 };
/** Key work without a promise: in a page there is nothing but TypeScript for it. */
const both = (goal: Goal) => ({ async: goal, sync: { ...goal, chromium: 2.4 } });

/** @param size of the largest group, keys */
export function groupOperations(tools: Tools, { user, userKey }: Account, size: number): Operation[] {
	const { crypto, reference } = tools;
	const { exportedPublicKey, privateKey, publicKey } = user;
	const records = groupKeys(crypto, publicKey, size);
	const opened = crypto.openGroupKeys({ keys: sealed(records.slice(0, 10), privateKey) }).keys;
	const secrets = Array.from({ length: size / 2 }, (_, index) => opened[index % opened.length]?.groupKey ?? "");
	const [newest = ""] = secrets;

	const open = (count: number, goal: Goal): Operation => {
		const answer = JSON.stringify({ status: true, result: records.slice(0, count) });
		return {
			name: `open ${keys(count)}`,
			ours: sidesOf(tools, "openGroupKeys", () => ({ keys: sealed(JSON.parse(answer).result, privateKey) }), {
				goals: both(goal),
				ways: count === 1 ? ["async", "sync"] : ["async"],
			}),
			reference: () => openWithReference(reference, answer, privateKey),
		};
	};
	const wrap = (count: number, goal: Goal = {}): Operation => {
		const groupKeys = secrets.slice(0, count);
		const text = `[${groupKeys.join(",")}]`;
		return {
			name: `wrap ${keys(count)} for a new member`,
			ours: sidesOf(
				tools,
				"prepareKeysForNewMember",
				() => ({ publicKey: exportedPublicKey, groupKeys, rank: null, keySession: false }),
				{ goals: both(goal), ways: count === 1 ? ["async", "sync"] : ["async"] },
			),
			reference: () => reference.group_prepare_keys_for_new_member(exportedPublicKey, text, count, undefined, 0),
		};
	};
	const rotation = rotationItem(crypto, publicKey, newest, userKey);
	const entry = JSON.stringify(rotation);
	const made = { goals: both(MAKE) };
	return [
		{
			name: "create a group",
			ours: sidesOf(tools, "prepareGroup", () => ({ creatorPublicKey: publicKey }), made),
			reference: () => reference.group_prepare_create_group(publicKey, undefined, "user"),
		},
		open(1, OPEN),
		open(size, OPEN_MANY),
		wrap(1),
		wrap(size / 20),
		wrap(size / 2, WRAP_MANY),
		{
			name: "start a key rotation",
			ours: sidesOf(tools, "prepareKeyRotation", () => ({ publicKey, previousKey: newest }), made),
			reference: () => reference.group_prepare_key_rotation(newest, publicKey, undefined, "user"),
		},
		{
			name: "finish a key rotation",
			ours: sidesOf(tools, "finishKeyRotation", () => ({ rotation, privateKey, publicKey, previousKey: newest }), made),
			reference: () =>
				reference.group_finish_key_rotation(
					...([STUB, "token", "a.b.c", "group", entry, newest, publicKey, privateKey] as const),
				),
		},
	];
}

const keys = (count: number): string => (count === 1 ? "a group key" : `${count.toLocaleString("en")} group keys`);

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

/** A rotation by another member, as the API holds it for the user. */
function rotationItem(
	crypto: SyncCrypto,
	publicKey: string,
	previousKey: string,
	{ group_key_id, keypair_encrypt_alg, public_group_key }: GroupKeyServerOutput,
): KeyRotationItem {
	const started = crypto.prepareKeyRotation({ publicKey, previousKey });
	const [sealedAgain] = crypto.encryptEphemeralKeys({
		encryptedEphemeralKey: started.encrypted_ephemeral_key,
		recipients: [{ publicKeyString: public_group_key, algorithm: keypair_encrypt_alg }],
	});
	return {
		new_group_key_id: "new",
		encrypted_ephemeral_key_by_group_key_and_public_key: sealedAgain?.encryptedEphemeralKey ?? "",
		encrypted_eph_key_key_id: group_key_id,
		encrypted_group_key_by_ephemeral: started.encrypted_group_key_by_ephemeral,
		previous_group_key_id: started.previous_group_key_id,
		ephemeral_alg: started.ephemeral_alg,
		time: 1,
	};
}

const sealed = (records: readonly GroupKeyServerOutput[], privateKey: string) =>
	records.map((key) => ({ privateKey, key }));

function openWithReference(reference: Reference, answer: string, privateKey: string): void {
	for (const { key_data } of reference.group_extract_group_keys(answer) as { key_data: string }[]) {
		reference.group_decrypt_key(privateKey, key_data).free();
	}
}
