import type { OpenedGroupKey } from "../../src/index.js";
import { privateKeys } from "../../src/keys/key-string.js";
import { unwrapKeyBy } from "../../src/keys/wrap.js";
import type {
	GroupCreateData,
	GroupKeyServerOutput,
	HmacKey,
	NewMemberKeys,
	SortableKey,
} from "../../src/wire/index.js";
import { toHex } from "../bytes.js";
import { onlyKey, openGroupKey } from "../one.js";
import { runPure } from "../run-pure.js";
import {
	type Check,
	different,
	failsAsReference,
	type People,
	type Person,
	rows,
	type Sources,
	same,
} from "./check.js";

interface Decrypted {
	group_key: string;
	private_group_key: string;
	public_group_key: string;
	exported_public_group_key: string;
	time: string;
	group_key_id: string;
}
interface Negative {
	name: string;
	server_key: GroupKeyServerOutput;
	verify_key: string | null;
	error?: string;
	decrypted_group_key?: string;
}
interface Group {
	signed: boolean;
	create_request: GroupCreateData;
	server_key: GroupKeyServerOutput;
	decrypted: Decrypted;
	server_hmac: HmacKey;
	hmac_key: string;
	server_sortable: SortableKey;
	sortable_key: string;
	invite_for_bob: NewMemberKeys;
	invite_for_bob_rank_2: NewMemberKeys;
	server_key_for_bob: GroupKeyServerOutput;
	decrypted_by_bob: Decrypted;
	negative?: Negative[];
}

const asReference = (key: OpenedGroupKey): Decrypted => ({
	group_key: key.groupKey,
	private_group_key: key.privateGroupKey,
	public_group_key: key.publicGroupKey,
	exported_public_group_key: key.exportedPublicKey,
	time: String(key.time),
	group_key_id: key.groupKeyId,
});

export function groupChecks({ vectors }: Sources): Check[] {
	const { groups } = vectors<{ groups: Group[] }>("group");
	const people = vectors<People>("keys");
	return [
		...rows(groups).flatMap((group) => [
			...openingChecks(group, people),
			creationCheck(group, people.alice),
			inviteCheck("without rank", group, group.invite_for_bob, people.bob),
			inviteCheck("with rank", group, group.invite_for_bob_rank_2, people.bob),
		]),
		...rows(groups.flatMap(({ negative = [] }) => negative)).map((row) => negativeCheck(row, people.alice)),
	];
}

const title = (group: Group): string => (group.signed ? "signed group" : "group without signature");

function openingChecks(group: Group, { alice, bob }: People): Check[] {
	const { group_key } = group.decrypted;
	return [
		{
			name: `${title(group)}: opens for its creator`,
			async run(crypto) {
				const opened = await openGroupKey(crypto, { privateKey: alice.user.private_key, key: group.server_key });
				same(asReference(opened), group.decrypted);
				same(opened.signature, group.signed ? "unverified" : "none");
			},
		},
		{
			name: `${title(group)}: opens for a member`,
			async run(crypto) {
				const sealed = {
					privateKey: bob.user.private_key,
					key: group.server_key_for_bob,
					verifyKey: alice.user.exported_verify_key,
				};
				const opened = onlyKey(await crypto.openGroupKeys({ keys: [sealed], requireSignature: group.signed }));
				same(asReference(opened), group.decrypted_by_bob);
				same(opened.signature, group.signed ? "verified" : "none");
			},
		},
		{
			name: `${title(group)}: opens its searchable and sortable key`,
			async run(crypto) {
				const hmacKey = { groupKey: group_key, hmacKey: group.server_hmac };
				same((await crypto.openHmacKeys({ keys: [hmacKey, hmacKey] })).keys, [group.hmac_key, group.hmac_key]);
				const sortableKey = { groupKey: group_key, sortableKey: group.server_sortable };
				same((await crypto.openSortableKeys({ keys: [sortableKey] })).keys, [group.sortable_key]);
			},
		},
	];
}

function creationCheck(group: Group, alice: Person): Check {
	return {
		name: `${title(group)}: is created in the same form`,
		async run(crypto) {
			const signer = { userId: alice.user_id, signKey: alice.user.sign_key };
			const ours = await crypto.prepareGroup({
				creatorPublicKey: alice.user.public_key,
				...(group.signed && { signer }),
			});
			same(Object.keys(ours), Object.keys(group.create_request));
			same(ours.creator_public_key_id, group.create_request.creator_public_key_id);
			same(ours.signed_by_user_sign_key_id, group.create_request.signed_by_user_sign_key_id);

			const opened = await openGroupKey(crypto, {
				privateKey: alice.user.private_key,
				verifyKey: alice.user.exported_verify_key,
				requireSignature: group.signed,
				key: { ...group.server_key, ...ours, user_public_key_id: ours.creator_public_key_id },
			});
			same(opened.signature, group.signed ? "verified" : "none");
			different(opened.groupKey, group.decrypted.group_key);
		},
	};
}

function inviteCheck(what: string, group: Group, reference: NewMemberKeys, bob: Person): Check {
	return {
		name: `${title(group)}: invites ${what}`,
		async run(crypto) {
			const ours = await crypto.prepareKeysForNewMember({
				publicKey: bob.user.exported_public_key,
				groupKeys: [group.decrypted.group_key],
				rank: reference.rank ?? null,
				keySession: reference.key_session,
			});
			same(JSON.stringify(opened(ours, bob.user.private_key)), JSON.stringify(opened(reference, bob.user.private_key)));
		},
	};
}

/** With the wrapped keys in plain. */
export function opened(keys: NewMemberKeys, privateKey: string): NewMemberKeys {
	const key = privateKeys.parse(privateKey);
	return {
		...keys,
		keys: keys.keys.map((wrapped) => ({
			...wrapped,
			encrypted_group_key: toHex(runPure(unwrapKeyBy(key, wrapped.encrypted_group_key, 32))),
		})),
	};
}

function negativeCheck(row: Negative, alice: Person): Check {
	return {
		name: `group key: ${row.name}`,
		async run(crypto) {
			const verifyKey = row.verify_key === null ? {} : { verifyKey: row.verify_key };
			const result = openGroupKey(crypto, { privateKey: alice.user.private_key, key: row.server_key, ...verifyKey });
			if (row.error !== undefined) return failsAsReference(result, row.error);
			same((await result).groupKey, row.decrypted_group_key);
		},
	};
}
