import type { PublicKeyOut, VerifyKeyOut } from "@sentc-ts/core-crypto/wire";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { findGroupKey, type GroupKeyRow } from "../../database/repositories/keys.js";
import { findUserGroupId } from "../../database/repositories/users.js";
import { Failure } from "../../failure.js";
import { publicKeyView } from "../key/view.js";
import type { Services } from "../services.js";

/** The newest public key of a user, or the one with this id. */
export async function readUserPublicKey(
	services: Services,
	appId: string,
	userId: string,
	keyId?: string,
): Promise<PublicKeyOut> {
	return publicKeyView(await requireUserKey(services, appId, userId, keyId));
}

export async function readUserVerifyKey(
	services: Services,
	appId: string,
	userId: string,
	keyId: string,
): Promise<VerifyKeyOut> {
	const { id, verifyKey, keypairSignAlg } = await requireUserKey(services, appId, userId, keyId);
	if (verifyKey === null || keypairSignAlg === null) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	return { verify_key_id: id, verify_key: verifyKey, verify_key_alg: keypairSignAlg };
}

async function requireUserKey(
	{ database }: Services,
	appId: string,
	userId: string,
	keyId: string | undefined,
): Promise<GroupKeyRow> {
	const userGroupId = await findUserGroupId(database.reads, appId, userId);
	const key = userGroupId && (await findGroupKey(database.reads, appId, userGroupId, keyId));
	if (!key) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	return key;
}
