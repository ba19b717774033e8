import { type GroupServerData, groupRoutes } from "@sentc-ts/transport/contract";
import type { Account } from "../account/account.js";
import { indexKeys } from "../account/stored.js";
import { KeyNotFound, UnsupportedAccess } from "../errors.js";
import { checkId, checkVerify } from "../input.js";
import type { GroupData, GroupVerify } from "../types.js";
import { Group } from "./group.js";
import { KEYS_PER_PAGE, openGroupKeys, openHmacKeys, openSortableKeys } from "./keys.js";
import { readStoredGroup, storeGroup, storeGroupPublicKey } from "./stored.js";

/** A stored group is used without asking for this long, ms (protocol/sdk-api §7.9). */
const CHECK_INTERVAL_MS = 5 * 60 * 1000;

/** From the storage, unless its keys were checked less strictly than asked for now; else from the API. */
export async function loadGroup(
	account: Account,
	group_id: string,
	group_as_member: string | undefined,
	verify: number,
): Promise<Group> {
	checkId("group_id", group_id);
	checkVerify(verify);
	account.assertLoggedIn();
	const stored = await readStoredGroup(account, group_id, group_as_member);
	if (!stored || (stored.verify ?? 0) < verify) return fetchGroup(account, group_id, group_as_member, verify);
	const group = new Group(account, stored);
	if (Date.now() - stored.last_check_time > CHECK_INTERVAL_MS) {
		await group.groupUpdateCheck();
		await storeGroup(account, group.data);
	}
	return group;
}

async function fetchGroup(
	account: Account,
	group_id: string,
	group_as_member: string | undefined,
	verify: GroupVerify,
): Promise<Group> {
	const answer = await account.context.client.call(groupRoutes.getGroup, {
		jwt: await account.session.getJwt(),
		groupAccessId: group_as_member,
		params: { group_id },
	});
	if (answer.access_by !== "User") throw new UnsupportedAccess();
	const group = new Group(account, await openGroupData(account, answer, verify));
	if (answer.keys.length >= KEYS_PER_PAGE) await group.fetchKeys(await group.getJwt(), verify);

	const loadKey = (id: string): Promise<string> => group.getSymKeyById(id);
	group.data.hmac_keys = await openHmacKeys(account, answer.hmac_keys, loadKey);
	group.data.sortable_keys = await openSortableKeys(account, answer.sortable_keys, loadKey);
	await storeGroup(account, group.data);
	await storeGroupPublicKey(account, group.data);
	return group;
}

async function openGroupData(account: Account, answer: GroupServerData, verify: GroupVerify): Promise<GroupData> {
	const keys = await openGroupKeys(account, answer.keys, verify);
	const [newest] = keys;
	if (!newest) throw new KeyNotFound("The group has no keys");
	return {
		group_id: answer.group_id,
		...(answer.parent_group_id && { parent_group_id: answer.parent_group_id }),
		from_parent: false,
		rank: answer.rank,
		key_update: answer.key_update,
		create_time: String(answer.created_time),
		joined_time: String(answer.joined_time),
		keys,
		key_map: indexKeys(keys),
		newest_key_id: newest.group_key_id,
		is_connected_group: answer.is_connected_group,
		hmac_keys: [],
		sortable_keys: [],
		last_check_time: Date.now(),
		verify,
	};
}
