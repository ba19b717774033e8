import { describe, expect, it } from "vitest";
import { privateKeys } from "../src/keys/key-string.js";
import type { GroupKeyData } from "../src/operations/types.js";
import { unwrapKeyBy } from "../src/operations/wrap.js";
import type { GroupCreateData, GroupKeyServerOutput, HmacKey, NewMemberKeys, SortableKey } from "../src/wire/index.js";
import { expectReferenceError, loadVectors, nodePrimitives, plainBackends, rows, toHex } from "./support.js";

interface Decrypted {
	group_key: string;
	private_group_key: string;
	public_group_key: string;
	exported_public_group_key: string;
	time: string;
	group_key_id: string;
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
	negative?: {
		name: string;
		server_key: GroupKeyServerOutput;
		verify_key: string | null;
		error?: string;
		decrypted_group_key?: string;
	}[];
}
interface User {
	private_key: string;
	public_key: string;
	sign_key: string;
	exported_public_key: string;
	exported_verify_key: string;
}

const { groups } = loadVectors<{ groups: Group[] }>("group");
const { alice, bob } = loadVectors<Record<"alice" | "bob", { user_id: string; user: User }>>("keys");

const asReference = (key: GroupKeyData): Decrypted => ({
	group_key: key.groupKey,
	private_group_key: key.privateGroupKey,
	public_group_key: key.publicGroupKey,
	exported_public_group_key: key.exportedPublicKey,
	time: String(key.time),
	group_key_id: key.groupKeyId,
});

describe.each(plainBackends)("%s", (_, crypto) => {
	describe.each(rows(groups))("group, signed: $signed", (group) => {
		const { privateKey, verifyKey } = {
			privateKey: alice.user.private_key,
			verifyKey: alice.user.exported_verify_key,
		};
		const { group_key } = group.decrypted;

		it("opens for its creator", async () => {
			const opened = await crypto.openGroupKey({ privateKey, key: group.server_key });
			expect(asReference(opened)).toEqual(group.decrypted);
			expect(opened.signature).toBe(group.signed ? "unverified" : "none");
		});

		it("opens for a member", async () => {
			const input = { privateKey: bob.user.private_key, keys: [group.server_key_for_bob] };
			const [opened] = await crypto.openGroupKeys({ ...input, verifyKey, requireSignature: group.signed });
			expect(opened && asReference(opened)).toEqual(group.decrypted_by_bob);
			expect(opened?.signature).toBe(group.signed ? "verified" : "none");
		});

		it("opens its searchable and sortable key", async () => {
			const hmacKey = await crypto.openHmacKey({ groupKey: group_key, hmacKey: group.server_hmac });
			expect(hmacKey).toBe(group.hmac_key);
			const sortableKey = await crypto.openSortableKey({ groupKey: group_key, sortableKey: group.server_sortable });
			expect(sortableKey).toBe(group.sortable_key);
		});

		it("is created in the same form", async () => {
			const signer = { userId: alice.user_id, signKey: alice.user.sign_key };
			const ours = await crypto.prepareGroup({
				creatorPublicKey: alice.user.public_key,
				...(group.signed && { signer }),
			});
			expect(Object.keys(ours)).toEqual(Object.keys(group.create_request));
			expect(ours.creator_public_key_id).toBe(group.create_request.creator_public_key_id);
			expect(ours.signed_by_user_sign_key_id).toBe(group.create_request.signed_by_user_sign_key_id);

			const key = { ...group.server_key, ...ours, user_public_key_id: ours.creator_public_key_id };
			const opened = await crypto.openGroupKey({ privateKey, verifyKey, requireSignature: group.signed, key });
			expect(opened.signature).toBe(group.signed ? "verified" : "none");
			expect(opened.groupKey).not.toBe(group_key);
		});

		it.each([
			["without rank", group.invite_for_bob],
			["with rank", group.invite_for_bob_rank_2],
		])("invites %s", async (__, reference) => {
			const ours = await crypto.prepareKeysForNewMember({
				publicKey: bob.user.exported_public_key,
				groupKeys: [group_key],
				rank: reference.rank ?? null,
				keySession: reference.key_session,
			});
			const bobsKey = privateKeys.parse(bob.user.private_key);
			const opened = (keys: NewMemberKeys) => ({
				...keys,
				keys: keys.keys.map((key) => ({
					...key,
					encrypted_group_key: toHex(unwrapKeyBy(nodePrimitives, bobsKey, key.encrypted_group_key, 32)),
				})),
			});
			expect(JSON.stringify(opened(ours))).toBe(JSON.stringify(opened(reference)));
		});
	});

	it.each(rows(groups.flatMap(({ negative = [] }) => negative)))("$name", async (row) => {
		const verifyKey = row.verify_key === null ? {} : { verifyKey: row.verify_key };
		const result = crypto.openGroupKey({ privateKey: alice.user.private_key, key: row.server_key, ...verifyKey });
		if (row.error !== undefined) return expectReferenceError(result, row.error);
		expect((await result).groupKey).toBe(row.decrypted_group_key);
	});
});
