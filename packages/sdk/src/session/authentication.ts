import type { LoginKeys, OpenedDevice } from "@sentc-ts/core-crypto";
import type { DoneLogin } from "@sentc-ts/core-crypto/wire";
import { ApiError, decodeJwt } from "@sentc-ts/transport";
import { loginRoutes, SERVER_ERRORS, type VerifyLoginResult } from "@sentc-ts/transport/contract";
import { forgedWhenMismatch } from "../crypto.js";
import { AnswerForged } from "../errors.js";
import type { Context } from "./context.js";

/** Whose password was derived to which keys. */
export interface PasswordProof {
	readonly identifier: string;
	readonly keys: LoginKeys;
}

/** A device, opened, with a new session. */
export interface OpenedLogin {
	readonly opened: OpenedDevice;
	readonly answer: VerifyLoginResult;
}

/**
 * The first two requests of protocol/user-protocol §7.
 *
 * @returns without `doneLogin` the API asks for a second factor
 */
export async function provePassword(
	context: Context,
	identifier: string,
	password: string,
): Promise<{ proof: PasswordProof; doneLogin?: DoneLogin }> {
	const { acceptNewerArgon2, backend, client } = context;
	const prepareLogin = await client.call(loginRoutes.prepareLogin, { body: { user_identifier: identifier } });
	const prove = async (newerArgon2: boolean): Promise<{ proof: PasswordProof; doneLogin?: DoneLogin }> => {
		const proof = { identifier, keys: await backend.deriveLoginKeys({ password, prepareLogin, newerArgon2 }) };
		const answer = await client.call(loginRoutes.doneLogin, { body: requestBody(proof) });
		return answer !== "Otp" && "Direct" in answer ? { proof, doneLogin: answer.Direct } : { proof };
	};
	return prove(false).catch((error: unknown) => {
		if (acceptNewerArgon2 && isLoginRefused(error)) return prove(true);
		throw error;
	});
}

/**
 * The request that stands between password and challenge with MFA (protocol/user-protocol §8).
 *
 * @param token a recovery key when `recovery`, else the code of 6 digits
 */
export function proveSecondFactor(
	{ client }: Context,
	proof: PasswordProof,
	token: string,
	recovery: boolean,
): Promise<DoneLogin> {
	const route = recovery ? loginRoutes.validateRecoveryKey : loginRoutes.validateMfa;
	return client.call(route, { body: { ...requestBody(proof), token } });
}

/** The last request of protocol/user-protocol §7: opens the device keys and sends the decrypted challenge back. */
export async function openLogin(context: Context, proof: PasswordProof, doneLogin: DoneLogin): Promise<OpenedLogin> {
	const { masterKeyEncryptionKey } = proof.keys;
	const opened = await context.backend.openDevice({ masterKeyEncryptionKey, doneLogin }).catch(forgedWhenMismatch);
	const answer = await context.client.call(loginRoutes.verifyLogin, {
		body: { ...requestBody(proof), challenge: opened.challenge },
	});
	const { aud, sub } = decodeJwt(answer.jwt);
	requireSameDevice({ user_id: opened.userId, device_id: opened.deviceId }, { user_id: aud, device_id: sub });
	return { opened, answer };
}

interface DeviceOfUser {
	user_id: string;
	device_id: string;
}

/** @throws AnswerForged when the API answered with another user or device */
export function requireSameDevice(known: DeviceOfUser, answered: DeviceOfUser): void {
	if (known.user_id === answered.user_id && known.device_id === answered.device_id) return;
	throw new AnswerForged("login", "The API answered the login of another user or device");
}

function requestBody({ identifier, keys }: PasswordProof): { auth_key: string; device_identifier: string } {
	return { auth_key: keys.authKey, device_identifier: identifier };
}

function isLoginRefused(error: unknown): boolean {
	return error instanceof ApiError && error.serverCode === SERVER_ERRORS.LOGIN_REFUSED.code;
}
