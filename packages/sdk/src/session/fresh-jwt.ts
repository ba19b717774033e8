import { InvalidInput, type LoginKeys } from "@sentc-ts/core-crypto";
import type { DoneLogin } from "@sentc-ts/core-crypto/wire";
import { MfaRequired, type MfaRequiredStatus } from "../errors.js";
import { checkText } from "../input.js";
import { openLogin, provePassword, proveSecondFactor, requireSameDevice } from "./authentication.js";
import { endSession, type SessionTokens } from "./jwt.js";
import type { Session } from "./session.js";

/** The second factor of a login, if there has to be one. */
export interface SecondFactor {
	/** Needed with MFA, not looked at without. Empty = none. */
	readonly mfa_token?: string | undefined;
	/** `true` = `mfa_token` is a recovery key. */
	readonly mfa_recovery?: boolean | undefined;
}

/** What shows that the person is present. */
export interface Reauthentication extends SecondFactor {
	readonly password: string;
}

/** What a new login of the same device gives. */
export interface RepeatedLogin {
	readonly keys: LoginKeys;
	readonly doneLogin: DoneLogin;
	readonly tokens: SessionTokens;
}

/** @throws InvalidInput naming the member */
export function checkSecondFactor({ mfa_token, mfa_recovery }: SecondFactor): void {
	if (mfa_token !== undefined) checkText("mfa_token", mfa_token);
	if (mfa_recovery !== undefined && typeof mfa_recovery !== "boolean") {
		throw new InvalidInput("mfa_recovery", "must be a boolean");
	}
}

/**
 * Logs this device in once more, and remembers what that tells about MFA.
 *
 * @param status of the error when the API asks for a second factor that was not given
 * @throws MfaRequired
 */
export async function repeatLogin(
	session: Session,
	{ password, mfa_token = "", mfa_recovery = false }: Reauthentication,
	status: MfaRequiredStatus,
): Promise<RepeatedLogin> {
	const { context, data, loginIdentifier } = session;
	const { proof, doneLogin: direct } = await provePassword(context, loginIdentifier, password);
	await session.setMfa(!direct);
	if (!direct && !mfa_token) throw new MfaRequired(status);
	const doneLogin = direct ?? (await proveSecondFactor(context, proof, mfa_token, mfa_recovery));
	requireSameDevice(data, doneLogin.device_keys);
	const { answer } = await openLogin(context, proof, doneLogin);
	const tokens = { jwt: answer.jwt, refresh_token: answer.refresh_token };
	return { keys: proof.keys, doneLogin, tokens };
}

/**
 * A login for its JWT alone (protocol/user-protocol §10.5). The JWT outlives the session that it starts, which is ended at once: at
 * an API that can't end sessions, as the reference's, its refresh token stays valid, as it does with the reference client. Unlike
 * that it always asks the API whether there is a second factor: another device may have switched it on or off.
 *
 * @param status of the error when the API asks for a second factor that was not given
 * @throws MfaRequired · SessionEnded when the user logged out meanwhile
 */
export async function freshLogin(
	session: Session,
	reauthentication: Reauthentication,
	status: MfaRequiredStatus,
): Promise<RepeatedLogin> {
	checkText("password", reauthentication.password);
	checkSecondFactor(reauthentication);
	const login = await repeatLogin(session, reauthentication, status);
	await endSession(session.context.client, login.tokens);
	session.assertLoggedIn();
	return login;
}
