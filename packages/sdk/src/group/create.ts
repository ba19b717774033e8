import type { PrepareGroupInput } from "@sentc-ts/core-crypto";
import { readEnvelope } from "@sentc-ts/transport";
import { groupRoutes } from "@sentc-ts/transport/contract";
import { readPreparedGroup } from "../session/created-groups.js";
import type { Session } from "../session/session.js";

/** Body of `POST /group`, by the user's newest keys (protocol/group-protocol §3). */
export function prepareGroupCreate(session: Session, sign: boolean): string {
	return JSON.stringify(session.context.crypto.prepareGroup(groupInput(session, sign)));
}

export async function prepareGroupCreateAsync(session: Session, sign: boolean): Promise<string> {
	return JSON.stringify(await session.context.backend.prepareGroup(groupInput(session, sign)));
}

/** @returns the id of the new group */
export async function createGroup(session: Session, sign: boolean): Promise<string> {
	const body = await prepareGroupCreateAsync(session, sign);
	const jwt = await session.getJwt();
	const text = await session.context.client.forward(groupRoutes.createGroup, { jwt, body });
	return doneGroupCreate(session, text, body);
}

/** @returns the id of the new group, whose first `getGroup` requires the key in `prepared_input` */
export function doneGroupCreate(session: Session, server_output: string, prepared_input: string): string {
	session.assertLoggedIn();
	const prepared = readPreparedGroup(prepared_input);
	const { group_id } = readEnvelope(server_output, groupRoutes.createGroup.result);
	session.createdGroups.add(group_id, prepared);
	return group_id;
}

function groupInput(session: Session, sign: boolean): PrepareGroupInput {
	const { public_key, sign_key } = session.newestKey;
	const signer = { userId: session.data.user_id, signKey: sign_key };
	return { creatorPublicKey: public_key, ...(sign && { signer }) };
}
