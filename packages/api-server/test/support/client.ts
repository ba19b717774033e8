import { createCrypto, type LoginKeys, type OpenedDevice, type OpenedUserKey } from "@sentc-ts/core-crypto";
import type { ChangePasswordData, DoneLogin, RegisterData } from "@sentc-ts/core-crypto/wire";
import { type ChallengeProof, groupRoutes, loginRoutes, sessionRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { call, result, type Target } from "./api.js";

export const crypto = createCrypto();

export const PASSWORD = "a password";
export const NEW_PASSWORD = "another password";

/** One Argon2 run serves all tests that only need some account. */
const template = crypto.prepareRegister({ identifier: "", password: PASSWORD });

/** A registration body that fits {@link PASSWORD}. */
export function registerBody(identifier: string): RegisterData {
	return { ...template, device: { ...template.device, device_identifier: identifier } };
}

export interface Session {
	readonly identifier: string;
	readonly userId: string;
	readonly deviceId: string;
	readonly device: OpenedDevice["device"];
	readonly userKeys: OpenedUserKey[];
	readonly jwt: string;
	readonly refreshToken: string;
}

const derived = new Map<string, string>();

/** What a password yields; remembered, because it costs an Argon2 run. */
export async function loginKeysOf(server: Target, identifier: string, password: string = PASSWORD): Promise<LoginKeys> {
	const prepareLogin = await result(call(server, loginRoutes.prepareLogin, { body: { user_identifier: identifier } }));
	const name = JSON.stringify([password, prepareLogin.salt_string]);
	const known = derived.get(name) ?? JSON.stringify(crypto.deriveLoginKeys({ password, prepareLogin }));
	derived.set(name, known);
	return JSON.parse(known);
}

export async function register(server: Target, identifier: string) {
	return result(call(server, userRoutes.register, { body: registerBody(identifier) }));
}

/** A login before its last step. */
export interface OpenedChallenge {
	readonly opened: OpenedDevice;
	readonly proof: ChallengeProof;
}

export function answerChallenge(identifier: string, keys: LoginKeys, doneLogin: DoneLogin): OpenedChallenge {
	const opened = crypto.openDevice({ masterKeyEncryptionKey: keys.masterKeyEncryptionKey, doneLogin });
	const proof = { auth_key: keys.authKey, device_identifier: identifier, challenge: opened.challenge };
	return { opened, proof };
}

/** Asks for the challenge of a login. */
export async function doneLogin(server: Target, identifier: string, { authKey }: LoginKeys): Promise<DoneLogin> {
	const body = { auth_key: authKey, device_identifier: identifier };
	const done = await result(call(server, loginRoutes.doneLogin, { body }));
	if (typeof done === "string" || !("Direct" in done)) throw new Error("a one-time password is needed");
	return done.Direct;
}

/** Prepare, done, decrypted challenge: everything before the last step of a login. */
export async function openChallenge(server: Target, identifier: string, password: string = PASSWORD) {
	const keys = await loginKeysOf(server, identifier, password);
	return answerChallenge(identifier, keys, await doneLogin(server, identifier, keys));
}

export async function login(server: Target, identifier: string, password: string = PASSWORD): Promise<Session> {
	return finishLogin(server, await openChallenge(server, identifier, password));
}

export async function finishLogin(server: Target, { opened, proof }: OpenedChallenge): Promise<Session> {
	const verified = await result(call(server, loginRoutes.verifyLogin, { body: proof }));
	return {
		identifier: proof.device_identifier,
		userId: opened.userId,
		deviceId: opened.deviceId,
		device: opened.device,
		userKeys: crypto.openUser({ privateKey: opened.device.privateKey, userKeys: verified.user_keys }).userKeys,
		jwt: verified.jwt,
		refreshToken: verified.refresh_token,
	};
}

/** Asks for a new JWT. */
export function refresh(server: Target, { jwt, refreshToken }: Pick<Session, "jwt" | "refreshToken">) {
	return call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } });
}

/** Body of a password change of a device without a second factor. */
export async function passwordChange(
	server: Target,
	identifier: string,
	newPassword: string,
	oldPassword: string = PASSWORD,
): Promise<ChangePasswordData> {
	const keys = await loginKeysOf(server, identifier, oldPassword);
	const { device_keys } = await doneLogin(server, identifier, keys);
	return crypto.preparePasswordChange({ ...keys, encryptedMasterKey: device_keys.encrypted_master_key, newPassword });
}

/** A new account, logged in. */
export async function newUser(server: Target, identifier = `user-${crypto.generateRegisterData({}).identifier}`) {
	await register(server, identifier);
	return login(server, identifier);
}

/** Creates a group and returns its id. */
export async function newGroup(server: Target, { jwt, userKeys }: Session): Promise<string> {
	const body = crypto.prepareGroup({ creatorPublicKey: newest(userKeys).publicKey });
	return (await result(call(server, groupRoutes.createGroup, { body, jwt }))).group_id;
}

export function newest<Item>(items: readonly Item[]): Item {
	const [first] = items;
	if (first === undefined) throw new Error("the list is empty");
	return first;
}
