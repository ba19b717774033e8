import { EnvelopeError } from "@sentc-ts/transport";
import type { VerifyLoginResult } from "@sentc-ts/transport/contract";
import { requirePage } from "../answers.js";
import { checkId, checkIdentifier, checkObject, checkText } from "../input.js";
import { storageKeys } from "../storage/keys.js";
import type { UserData, UserMfaLogin } from "../types.js";
import { type OpenedLogin, openLogin, type PasswordProof, provePassword, proveSecondFactor } from "./authentication.js";
import type { Context } from "./context.js";
import { endSession } from "./jwt.js";
import { Account, toUserKeyData } from "./session.js";
import { indexKeys, readStoredUser, storedForm } from "./stored.js";
import { loadUserKeys, openHmacKey, ownPublicKeyItems, USER_KEYS_PER_PAGE, undefinedWhenUnknown } from "./user-keys.js";

/** The three requests of protocol/user-protocol §7. @returns the user, or what the second factor needs */
export async function login(context: Context, identifier: string, password: string): Promise<Account | UserMfaLogin> {
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
): Promise<Account> {
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
): Promise<Account> {
	try {
		const account = new Account(context, identifier, await openUserData(context, login, mfa));
		await completeLogin(account, login.answer);
		return account;
	} catch (error) {
		await endSession(context.client, login.answer);
		throw error;
	}
}

async function openUserData(context: Context, { opened, answer }: OpenedLogin, mfa: boolean): Promise<UserData> {
	requirePage(answer.user_keys);
	requirePage(answer.hmac_keys);
	const { device } = opened;
	const openedKeys = await context.backend.openUserKeys({
		privateKey: device.privateKey,
		userKeys: answer.user_keys,
	});
	const user_keys = openedKeys.map(toUserKeyData);
	const [newest] = user_keys;
	if (!newest) throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The answer to the login has no user keys");
	return {
		device: {
			private_key: device.privateKey,
			public_key: device.publicKey,
			sign_key: device.signKey,
			verify_key: device.verifyKey,
			exported_public_key: device.exportedPublicKey,
			exported_verify_key: device.exportedVerifyKey,
		},
		user_keys,
		key_map: indexKeys(user_keys),
		newest_key_id: newest.group_key_id,
		mfa,
		jwt: answer.jwt,
		refresh_token: answer.refresh_token,
		user_id: opened.userId,
		device_id: opened.deviceId,
		hmac_keys: [],
	};
}

/** Loads the older user keys, opens the searchable keys that this device can, then stores the user and the own public keys. */
async function completeLogin(account: Account, answer: VerifyLoginResult): Promise<void> {
	const { context, data, identifier } = account;
	await account.requirePair(data.device);
	await account.requirePair(account.newestKey);
	if (answer.user_keys.length >= USER_KEYS_PER_PAGE) await loadUserKeys(account, answer.user_keys.at(-1));
	for (const hmacKey of answer.hmac_keys) {
		const key = await openHmacKey(account, hmacKey).catch(undefinedWhenUnknown);
		if (key !== undefined) data.hmac_keys.push(key);
	}
	const earlier = await context.store.read(storageKeys.actualUser);
	await context.store.writeAll({
		[storageKeys.userData(identifier)]: storedForm(data, context.refresh.storesRefreshToken),
		...ownPublicKeyItems(account),
		// Last: it makes the others those of the actual user.
		[storageKeys.actualUser]: identifier,
	});
	if (typeof earlier === "string" && earlier !== identifier) await removeRenamed(account, earlier);
}

/** Under an identifier that this device had before, its keys would outlive a log out. */
async function removeRenamed({ context, data }: Account, earlier: string): Promise<void> {
	const stored = await readStoredUser(context.store, earlier);
	if (stored?.device_id === data.device_id) await context.store.remove(storageKeys.userData(earlier));
}
