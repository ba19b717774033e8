import { createCrypto, type OpenedDevice, type UserKeyData } from "@sentc-ts/core-crypto";
import type { RegisterData } from "@sentc-ts/core-crypto/wire";
import { groupRoutes, type ResultOf, userRoutes } from "@sentc-ts/transport/contract";
import { call, result, type Target } from "./api.js";

export const crypto = createCrypto();

export const PASSWORD = "a password";

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
	readonly userKeys: UserKeyData[];
	readonly jwt: string;
	readonly refreshToken: string;
}

const derived = new Map<string, string>();

/** The login keys of a password; remembered, because they cost an Argon2 run. */
function loginKeys(
	password: string,
	prepareLogin: ResultOf<typeof userRoutes.prepareLogin>,
): { authKey: string; masterKeyEncryptionKey: string } {
	const name = JSON.stringify([password, prepareLogin.salt_string]);
	const known = derived.get(name) ?? JSON.stringify(crypto.deriveLoginKeys({ password, prepareLogin }));
	derived.set(name, known);
	return JSON.parse(known);
}

export async function register(server: Target, identifier: string) {
	return result(call(server, userRoutes.register, { body: registerBody(identifier) }));
}

/** Prepare, done, decrypted challenge: everything before the last step of a login. */
export async function openChallenge(server: Target, identifier: string, password: string = PASSWORD) {
	const prepared = await result(call(server, userRoutes.prepareLogin, { body: { user_identifier: identifier } }));
	const { authKey, masterKeyEncryptionKey } = loginKeys(password, prepared);
	const done = await result(
		call(server, userRoutes.doneLogin, { body: { auth_key: authKey, device_identifier: identifier } }),
	);
	if (typeof done === "string" || !("Direct" in done)) throw new Error("a one-time password is needed");
	const opened = crypto.openDevice({ masterKeyEncryptionKey, doneLogin: done.Direct });
	const proof = { auth_key: authKey, device_identifier: identifier, challenge: opened.challenge };
	return { opened, proof };
}

export async function login(server: Target, identifier: string, password: string = PASSWORD): Promise<Session> {
	const { opened, proof } = await openChallenge(server, identifier, password);
	const verified = await result(call(server, userRoutes.verifyLogin, { body: proof }));
	return {
		identifier,
		userId: opened.userId,
		deviceId: opened.deviceId,
		device: opened.device,
		userKeys: crypto.openUserKeys({ privateKey: opened.device.privateKey, userKeys: verified.user_keys }),
		jwt: verified.jwt,
		refreshToken: verified.refresh_token,
	};
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
