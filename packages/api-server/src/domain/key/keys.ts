import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import type { Cursor } from "../../database/paging.js";
import { findMemberKey, listMemberKeys } from "../../database/repositories/keys.js";
import { FAILURES, Failure } from "../../failure.js";
import type { Services } from "../services.js";
import type { KeyHolder } from "./holder.js";
import { groupKeyView } from "./view.js";

/** A key of the group, wrapped for the holder. */
export async function readKey(
	{ database }: Services,
	{ groupId, memberId }: KeyHolder,
	keyId: string,
): Promise<GroupKeyServerOutput> {
	const key = await findMemberKey(database.reads, groupId, memberId, keyId);
	if (key === undefined) throw new Failure(FAILURES.KEY_BY_ID_NOT_FOUND);
	return groupKeyView(key);
}

/** One page of the keys that the holder has, newest first. */
export async function listKeys(
	{ database }: Services,
	{ groupId, memberId }: KeyHolder,
	after: Cursor | undefined,
): Promise<GroupKeyServerOutput[]> {
	return (await listMemberKeys(database.reads, groupId, memberId, after)).map(groupKeyView);
}
