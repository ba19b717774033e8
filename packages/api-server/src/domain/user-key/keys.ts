import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import type { Cursor } from "../../database/paging.js";
import { listMemberKeys } from "../../database/repositories/keys.js";
import { readGroupKey } from "../group/groups.js";
import { groupKeyView } from "../group/key-view.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";

/** A key of the user, wrapped for the caller's device. */
export async function readUserKey(
	services: Services,
	{ userGroupId, deviceId }: Identity,
	keyId: string,
): Promise<GroupKeyServerOutput> {
	return readGroupKey(services, { groupId: userGroupId, memberId: deviceId, keyId });
}

/** The keys that the caller's device holds, newest first. */
export async function listUserKeys(
	{ database }: Services,
	{ userGroupId, deviceId }: Identity,
	after: Cursor | undefined,
): Promise<GroupKeyServerOutput[]> {
	return (await listMemberKeys(database.reads, userGroupId, deviceId, after)).map(groupKeyView);
}
