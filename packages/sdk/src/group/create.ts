import type { PrepareGroupInput } from "@sentc-ts/core-crypto";
import { readEnvelope } from "@sentc-ts/transport";
import { groupRoutes } from "@sentc-ts/transport/contract";
import type { Account } from "../session/session.js";

/** Body of `POST /group`, by the user's newest keys (protocol/group-protocol §3). */
export function prepareGroupCreate(account: Account, sign: boolean): string {
	return JSON.stringify(account.context.crypto.prepareGroup(groupInput(account, sign)));
}

export async function prepareGroupCreateAsync(account: Account, sign: boolean): Promise<string> {
	return JSON.stringify(await account.context.backend.prepareGroup(groupInput(account, sign)));
}

/** @returns the id of the new group */
export async function createGroup(account: Account, sign: boolean): Promise<string> {
	const body = await prepareGroupCreateAsync(account, sign);
	const jwt = await account.session.getJwt();
	const text = await account.context.client.forward(groupRoutes.createGroup, { jwt, body });
	return readEnvelope(text, groupRoutes.createGroup.result).group_id;
}

function groupInput(account: Account, sign: boolean): PrepareGroupInput {
	const { public_key, sign_key } = account.newestKey;
	const signer = { userId: account.data.user_id, signKey: sign_key };
	return { creatorPublicKey: public_key, ...(sign && { signer }) };
}
