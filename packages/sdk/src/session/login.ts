import { EnvelopeError } from "@sentc-ts/transport";
import type { VerifyLoginResult } from "@sentc-ts/transport/contract";
import { requirePage } from "../answers.js";
import { checkId, checkIdentifier, checkObject, checkText } from "../input.js";
import { type KeyFailure, KeysUnusable } from "../key-errors.js";
import { listNewestFirst } from "../keys/key-list.js";
import { isUnknownKey } from "../keys/opened.js";
import { openHmacKeys } from "../keys/search-keys.js";
import { storageKeys } from "../storage/keys.js";
import type { UserData, UserDeviceKeyData, UserMfaLogin } from "../types.js";
import { type OpenedLogin, openLogin, type PasswordProof, provePassword, proveSecondFactor } from "./authentication.js";
import type { Context } from "./context.js";
import { endSession } from "./jwt.js";
import { Session } from "./session.js";
import { readStoredUser } from "./stored.js";
import { openUserKeys, ownPublicKeyItems } from "./user-keys.js";

/** The three requests of protocol/user-protocol §7. @returns the user, or what the second factor needs */
export async function login(context: Context, identifier: string, password: string): Promise<Session | UserMfaLogin> {
	checkIdentifier(identifier);
	checkText("password", password);
	const { proof, doneLogin } = await provePassword(context, identifier, password);
	if (doneLogin) return startSession(context, proof, await openLogin(context, proof, doneLogin), false);
	return {
		deviceIdentifier: identifier,
		mfa_master_key: proof.keys.masterKeyEncryptionKey,
		mfa_auth_key: proof.keys.authKey,
	};
}

/** Goes on after `login` with the second factor (protocol/user-protocol §8). */
export async function mfaLogin(
	context: Context,
	token: string,
	started: UserMfaLogin,
	recovery: boolean,
): Promise<Session> {
	checkId("token", token);
	checkObject("u", started);
	const { deviceIdentifier: identifier, mfa_master_key: masterKeyEncryptionKey, mfa_auth_key: authKey } = started;
	checkIdentifier(identifier, "u.deviceIdentifier");
	checkId("u.mfa_master_key", masterKeyEncryptionKey);
	checkId("u.mfa_auth_key", authKey);
	const proof = { identifier, keys: { masterKeyEncryptionKey, authKey } };
	const doneLogin = await proveSecondFactor(context, proof, token, recovery);
	return startSession(context, proof, await openLogin(context, proof, doneLogin), true);
}

async function startSession(
	context: Context,
	{ identifier }: PasswordProof,
	login: OpenedLogin,
	mfa: boolean,
): Promise<Session> {
	try {
		const { data, hmacKeys, unusable } = await openUserData(context, login, mfa);
		const session = new Session(context, identifier, data, "login");
		session.reportUnusable(unusable);
		await completeLogin(session, login.answer, hmacKeys);
		return session;
	} catch (error) {
		await endSession(context.client, login.answer);
		throw error;
	}
}

/**
 * Anybody who has had a session of the user's may have made keys that this device can't open: they are skipped.
 *
 * @returns searchable keys in the order of the answer; `null` where the user key is not in it, or they don't open
 */
async function openUserData(
	context: Context,
	{ opened: { device: keys, deviceId, userId }, answer }: OpenedLogin,
	mfa: boolean,
): Promise<{ data: UserData; hmacKeys: (string | null)[]; unusable: readonly KeyFailure[] }> {
	requirePage(answer.user_keys);
	requirePage(answer.hmac_keys);
	const device: UserDeviceKeyData = {
		private_key: keys.privateKey,
		public_key: keys.publicKey,
		sign_key: keys.signKey,
		verify_key: keys.verifyKey,
		exported_public_key: keys.exportedPublicKey,
		exported_verify_key: keys.exportedVerifyKey,
	};
	const opened = await openUserKeys(context, device, answer.user_keys, answer.hmac_keys);
	const { keys: user_keys, hmacKeys, unusable } = opened;
	const list = listNewestFirst(user_keys);
	if (!list && unusable.length > 0) throw new KeysUnusable(unusable);
	if (!list) throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The answer to the login has no user keys");
	const data: UserData = {
		device,
		user_keys: list.keys,
		key_map: list.key_map,
		newest_key_id: list.newest_key_id,
		mfa,
		jwt: answer.jwt,
		refresh_token: answer.refresh_token,
		user_id: userId,
		device_id: deviceId,
		hmac_keys: [],
	};
	return { data, hmacKeys, unusable };
}

/** Loads the older user keys and the searchable keys that need one, then stores the user and the own public keys. */
async function completeLogin(
	session: Session,
	answer: VerifyLoginResult,
	hmacKeys: readonly (string | null)[],
): Promise<void> {
	const { context, data, identifier } = session;
	// A gap in the list is no matter here: a key that is missing is fetched when it is needed.
	await session.keys.loadOlder(answer.user_keys);
	data.hmac_keys = hmacKeys.filter((key) => key !== null);
	if (data.hmac_keys.length < hmacKeys.length) {
		const { keys, unusable } = await openHmacKeys(context.backend, session.keys, answer.hmac_keys);
		data.hmac_keys = keys;
		session.reportUnusable(unusable.filter(({ error }) => !isUnknownKey(error)));
	}
	const earlier = await context.store.read(storageKeys.actualUser);
	await session.replaceStored(ownPublicKeyItems(data.user_id, session.newestKey));
	if (typeof earlier === "string" && earlier !== identifier) await removeRenamed(session, earlier);
}

/** Under an identifier that this device had before, its keys would outlive a log out. */
async function removeRenamed({ context, data }: Session, earlier: string): Promise<void> {
	const stored = await readStoredUser(context.store, earlier);
	if (stored?.device_id === data.device_id) await context.store.remove(storageKeys.userData(earlier));
}
