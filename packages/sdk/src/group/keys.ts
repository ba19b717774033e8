import {
	CryptoError,
	InvalidInput,
	type OpenedGroupKey,
	type SealedGroupKey,
	type SentcError,
} from "@sentc-ts/core-crypto";
import {
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type KeyRotationItem,
} from "@sentc-ts/core-crypto/wire";
import { ApiError, type RequestContext } from "@sentc-ts/transport";
import { groupRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { requirePage } from "../answers.js";
import { requirePairs } from "../crypto.js";
import { KeyChanged, type SentcErrorCode, SignerUnknown } from "../errors.js";
import { checkText } from "../input.js";
import type { KeyFailure } from "../key-errors.js";
import { newestFirst } from "../keys/key-list.js";
import { type KeyPairOwner, KeyRing } from "../keys/key-ring.js";
import { failureOfKey, type OpenedKeys, openedKeys } from "../keys/opened.js";
import { refusedSigner } from "../public-keys/signers.js";
import type { Session } from "../session/session.js";
import type { GroupData, GroupKey, GroupOutDataKeys, GroupVerify } from "../types.js";
import { storeGroup, storeGroupPublicKey, strictnessOf } from "./stored.js";

/** How the keys of a group are fetched and checked. */
interface GroupKeyOptions {
	/** Default: as strictly as those the group was loaded with. */
	readonly verify?: GroupVerify;
	/** Default: that of the session. */
	readonly jwt?: string;
}

/**
 * The keys of a group.
 *
 * @param owner whose key pairs open them: the user, or the group through which the user reaches this one
 */
export function groupKeyRing(
	session: Session,
	data: GroupData,
	owner: KeyPairOwner,
	{ verify, jwt }: GroupKeyOptions = {},
): KeyRing<GroupKey> {
	const { group_id } = data;
	const { backend, client } = session.context;
	const request = (): Promise<RequestContext> => groupRequest(session, data, jwt);
	return new KeyRing({
		backend,
		list: () => {
			session.assertLoggedIn();
			return data;
		},
		fetchOne: async (key_id) =>
			client.call(groupRoutes.groupKey, { ...(await request()), params: { group_id, key_id } }),
		fetchPage: async (after) =>
			client.call(groupRoutes.listGroupKeys, { ...(await request()), params: { group_id, ...after } }),
		open: (answered) => openGroupKeys(session, owner, answered, { group_id, verify: verify ?? strictnessOf(data) }),
		reportUnusable: (failures) => session.reportUnusable(failures, group_id),
		opensPairs: false,
		requirePairs: ({ private_group_key: privateKey, exported_public_key: publicKey }) =>
			requirePairs(session.context, { privateKey, publicKey }),
		pairOf: (key) => ({ publicKey: key.public_group_key, privateKey: key.private_group_key }),
		save: () => storeGroup(session, data),
		saveNewest: (newest) => storeGroupPublicKey(session, group_id, newest),
	});
}

/** Who asks, and through which group. @param jwt default: that of the session */
export async function groupRequest(session: Session, data: GroupData, jwt?: string): Promise<RequestContext> {
	return { jwt: jwt ?? (await session.getJwt()), groupAccessId: data.access_by_group_as_member };
}

/** @throws InvalidInput naming the member · CryptoError `JSON_INVALID` when `key_data` is not that of a key */
export function readGroupKeys(list: readonly GroupOutDataKeys[]): GroupKeyServerOutput[] {
	if (!Array.isArray(list)) throw new InvalidInput("list", "must be an array");
	return list.map((item: Partial<GroupOutDataKeys> | null, index) => {
		checkText(`list[${index}].key_data`, item?.key_data);
		return parseGroupKey(item.key_data);
	});
}

function parseGroupKey(text: string): GroupKeyServerOutput {
	try {
		return groupKeyServerOutputSchema.parse(JSON.parse(text));
	} catch (cause) {
		throw new CryptoError("JSON_INVALID", cause);
	}
}

/**
 * Opens group keys (protocol/group-protocol §4.2). Unusable are those that don't open, those whose private key this device can't get, and
 * those whose signature is wrong, or where one is required missing or of somebody whose does not count.
 */
export async function openGroupKeys(
	session: Session,
	owner: KeyPairOwner,
	answered: readonly GroupKeyServerOutput[],
	{ group_id, verify }: { group_id: string; verify: GroupVerify },
): Promise<OpenedKeys<GroupKey>> {
	requirePage(answered);
	const { backend, requireSignatures } = session.context;
	const [privateKeys, signers] = await Promise.all([
		eachOnce(
			answered,
			(key) => key.user_public_key_id,
			(key) => owner.loadPrivateKey(key.user_public_key_id).catch(failureOfKey),
		),
		eachOnce(
			answered,
			(key) => JSON.stringify([key.signed_by_user_id, key.signed_by_user_sign_key_id]),
			(key) => signerKey(session, group_id, key, verify),
		),
	]);
	const failures: KeyFailure[] = [];
	const keys: SealedGroupKey[] = [];
	const refused = new Map<string, SignerUnknown>();
	for (const [index, key] of answered.entries()) {
		const [privateKey, signer] = [privateKeys[index], signers[index]];
		const verifyKey = typeof signer === "string" ? signer : undefined;
		if (signer instanceof SignerUnknown) refused.set(key.group_key_id, signer);
		if (typeof privateKey === "string") keys.push({ privateKey, key, verifyKey });
		else if (privateKey) failures.push({ key_id: key.group_key_id, error: privateKey });
	}
	const answer = await backend.openGroupKeys({ keys, requireSignature: requireSignatures && verify > 0 });
	const opened = openedKeys(answer, publicShape);
	// What does not open at all is that, whoever signed it.
	const reasonOf = ({ key_id, error }: KeyFailure): SentcError =>
		(error.code === "SIGNATURE_REQUIRED" && refused.get(key_id)) || error;
	for (const failure of opened.unusable) failures.push({ ...failure, error: reasonOf(failure) });
	return { keys: opened.keys, unusable: failures };
}

function publicShape(key: OpenedGroupKey): GroupKey {
	return {
		private_group_key: key.privateGroupKey,
		public_group_key: key.publicGroupKey,
		exported_public_key: key.exportedPublicKey,
		group_key: key.groupKey,
		group_key_id: key.groupKeyId,
		time: String(key.time),
		signature: key.signature,
		...(key.signedBy && { signed_by: { user_id: key.signedBy.userId, verify_key_id: key.signedBy.verifyKeyId } }),
	};
}

/**
 * A group must not go on with an older key because the newer one is not what its signer made. What can't be opened at all is
 * no such case: whoever once had the user's session could lock the user out with it.
 *
 * @throws CryptoError or SignerUnknown when a key that is newer than all that opened failed the check of its signature
 */
export function requireNoNewerUnverified(
	answered: readonly GroupKeyServerOutput[],
	{ keys, unusable }: OpenedKeys<GroupKey>,
): void {
	for (const { group_key_id: id } of answered.toSorted(newestFirst)) {
		if (keys.some((key) => key.group_key_id === id)) return;
		const failure = unusable.find(({ key_id }) => key_id === id);
		if (failure && UNVERIFIED.includes(failure.error.code)) throw failure.error;
	}
}

const UNVERIFIED: readonly string[] = [
	"GROUP_KEY_VERIFICATION_FAILED",
	"SIGNATURE_REQUIRED",
	"SIGNER_UNKNOWN",
] satisfies SentcErrorCode[];

/**
 * The verify key of the user who signed the group key, or why it is not asked for; which failures matter is said at {@link GroupVerify}.
 */
async function signerKey(
	session: Session,
	group_id: string,
	key: Pick<GroupKeyServerOutput, "signed_by_user_id" | "signed_by_user_sign_key_id">,
	verify: GroupVerify,
): Promise<string | SignerUnknown | undefined> {
	const { signed_by_user_id, signed_by_user_sign_key_id } = key;
	if (verify === 0 || !signed_by_user_id || !signed_by_user_sign_key_id) return undefined;
	const signer = { user_id: signed_by_user_id, verify_key_id: signed_by_user_sign_key_id, group_id };
	const unknown = await refusedSigner(session.context, session, signer);
	if (unknown) return unknown;
	try {
		return await session.context.publicKeys.verifyKey(signed_by_user_id, signed_by_user_sign_key_id, session);
	} catch (error) {
		if (error instanceof KeyChanged) throw error;
		const deleted = error instanceof ApiError && error.serverCode === SERVER_ERRORS.USER_NOT_FOUND.code;
		if (verify === 1 || deleted) return undefined;
		throw error;
	}
}

/**
 * What the signature of a key that others made is checked with before this device takes it (protocol/group-protocol §12.5).
 *
 * @returns `undefined` when the API does not tell who signed
 * @throws SignerUnknown, KeyChanged
 */
export async function signatureOfRotation(
	session: Session,
	data: GroupData,
	rotation: KeyRotationItem,
): Promise<{ verifyKey: string | undefined; requireSignature: boolean } | undefined> {
	if (rotation.group_key_sig === undefined) return undefined;
	const verify = strictnessOf(data);
	const verifyKey = await signerKey(session, data.group_id, rotation, verify);
	if (verifyKey instanceof SignerUnknown) throw verifyKey;
	return { verifyKey, requireSignature: session.context.requireSignatures && verify > 0 };
}

/** What `load` answers for each item, asked once for those of the same id, all at the same time. */
function eachOnce<Item, T>(
	items: readonly Item[],
	idOf: (item: Item) => string,
	load: (item: Item) => Promise<T>,
): Promise<T[]> {
	const loading = new Map<string, Promise<T>>();
	return Promise.all(
		items.map((item) => {
			const id = idOf(item);
			const loaded = loading.get(id) ?? load(item);
			loading.set(id, loaded);
			return loaded;
		}),
	);
}
