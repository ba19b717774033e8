import { type GroupSigner, InvalidInput } from "@sentc-ts/core-crypto";
import { type KeyRotationData, keyRotationDataSchema } from "@sentc-ts/core-crypto/wire";
import { readEnvelope } from "@sentc-ts/transport";
import { groupRotationRoutes } from "@sentc-ts/transport/contract";
import { AnswerForged } from "../errors.js";
import { checkId, checkText, checkVerify } from "../input.js";
import { KeyRotationUnfinished } from "../key-errors.js";
import { requireAll } from "../keys/opened.js";
import type { GroupData, GroupKey, GroupOutDataKeys, GroupVerify } from "../types.js";
import { requireAllowed } from "./changes.js";
import { groupKeyRing, openGroupKeys, readGroupKeys } from "./keys.js";
import type { OpenGroup } from "./open-group.js";
import { requireSameGroup } from "./rotation.js";
import { strictnessOf } from "./stored.js";

// The generations of a group's keys: fetching, opening and rotating them.

/** All that are not here, by the API's word. @param jwt who asks */
export async function fetchEveryKey(group: OpenGroup, jwt: string, verify: number): Promise<GroupData> {
	checkId("jwt", jwt);
	checkVerify(verify);
	const { data, owner, session } = group;
	const whole = await groupKeyRing(session, data, owner, { jwt, verify: stricter(data, verify) }).loadAll();
	if (!whole) throw new AnswerForged("keys", "The API's list of group keys has a gap");
	return data;
}

/** Keeps none. */
export async function decryptKeys(
	{ data, owner, session }: OpenGroup,
	list: readonly GroupOutDataKeys[],
	verify: number,
): Promise<GroupKey[]> {
	checkVerify(verify);
	const { group_id } = data;
	return requireAll(await openGroupKeys(session, owner, readGroupKeys(list), { group_id, verify }));
}

/** Body of `POST /group/:id/key_rotation`, for an own backend. */
export async function prepareRotation(group: OpenGroup, sign: boolean): Promise<string> {
	requireAllowed(group, { kind: "rotate" });
	return JSON.stringify(await group.rotation.prepare(signerOf(group, sign)));
}

/** Takes the key of a rotation that an own backend sent. */
export async function doneRotation(group: OpenGroup, server_output: string, prepared_input: string): Promise<GroupKey> {
	const body = readPrepared(prepared_input);
	const { group_id, key_id } = readEnvelope(server_output, groupRotationRoutes.startKeyRotation.result);
	requireSameGroup(group.data, group_id);
	return group.rotation.done(key_id, body);
}

export async function rotateKeys(group: OpenGroup, sign: boolean): Promise<GroupKey> {
	const key = await group.rotation.start(signerOf(group, sign));
	if (group.data.rotation_due) {
		await group.checkForUpdate();
		await group.save();
	}
	return key;
}

/** What is asked for now also holds for keys that come later: what was refused must not come in by another way. */
export async function finishRotations(group: OpenGroup, verify: number): Promise<void> {
	checkVerify(verify);
	const { data, owner, session } = group;
	data.verify_new = stricter(data, verify);
	await group.rotation.finish();
	const verifyNewer = goesOnSigned(group) ? 2 : strictnessOf(data);
	const unusable = await groupKeyRing(session, data, owner, { verify: verifyNewer }).catchUp();
	if (unusable.length > 0) throw new KeyRotationUnfinished(unusable);
	// Who was invited while a key was made may have been left out of it: a member has to hand it over (protocol/group-protocol §7.2.5).
	data.key_update = !group.ring.findProven(await group.newestKeyId());
	await group.save();
}

/** Where signatures are required, none but a signed key follows a signed one: neither from here nor by the API's word alone. */
function goesOnSigned({ ring, session }: OpenGroup): boolean {
	return session.context.requireSignatures && ring.newest.signed_by !== undefined;
}

function stricter(data: GroupData, verify: GroupVerify): GroupVerify {
	const before = strictnessOf(data);
	return before > verify ? before : verify;
}

function signerOf(group: OpenGroup, sign: boolean): GroupSigner | undefined {
	return sign || goesOnSigned(group) ? group.signer : undefined;
}

function readPrepared(prepared_input: string): KeyRotationData {
	checkText("prepared_input", prepared_input);
	try {
		return keyRotationDataSchema.parse(JSON.parse(prepared_input));
	} catch {
		throw new InvalidInput("prepared_input", "must be what prepareKeyRotation answered");
	}
}
