import { InvalidInput } from "@sentc-ts/core-crypto";
import type { ChangePasswordData, EndSessions } from "@sentc-ts/core-crypto/wire";
import type { RefreshStrategy } from "@sentc-ts/transport";
import { userRoutes } from "@sentc-ts/transport/contract";
import { checkId, checkObject, checkText } from "../input.js";
import { RefreshTokenNotTaken } from "../session-errors.js";
import { checkSecondFactor, freshLogin, type RepeatedLogin, repeatLogin, type SecondFactor } from "./fresh-jwt.js";
import { endSession, type SessionTokens } from "./jwt.js";
import type { Session } from "./session.js";

export interface PasswordChangeOptions {
	/**
	 * Which sessions of the user end besides the one that goes on: those of this `device`, of `all` devices, or `none`. Default
	 * `all`; `none` where the refresh token is the developer's and `refresh.on_new_refresh_token` is missing. An API that does
	 * not know this member, as the reference's, ends none.
	 */
	end_sessions?: EndSessions | "none" | undefined;
}

/** Of this device (protocol/user-protocol §11.1). */
export async function changePassword(
	session: Session,
	old_password: string,
	new_password: string,
	secondFactor: SecondFactor,
	options: PasswordChangeOptions,
): Promise<void> {
	checkText("old_password", old_password);
	checkId("new_password", new_password);
	checkSecondFactor(secondFactor);
	const end_sessions = sessionsToEnd(session.context.refresh, options);
	const reauthentication = { ...secondFactor, password: old_password };
	if (end_sessions === undefined) {
		const login = await freshLogin(session, reauthentication, "client_10000");
		const body = await prepareChange(session, login, new_password);
		await session.context.client.call(userRoutes.changePassword, { jwt: login.tokens.jwt, body });
		return;
	}
	const login = await repeatLogin(session, reauthentication, "client_10000");
	const body = async () => ({ ...(await prepareChange(session, login, new_password)), end_sessions });
	await changeAndGoOn(session, login.tokens, body);
}

/** @returns `undefined` = none */
function sessionsToEnd(
	{ handOver, storesRefreshToken }: RefreshStrategy,
	options: PasswordChangeOptions,
): EndSessions | undefined {
	checkObject("options", options);
	const { end_sessions } = options;
	const canGoOn = storesRefreshToken || handOver !== undefined;
	switch (end_sessions) {
		case undefined:
			return canGoOn ? "all" : undefined;
		case "none":
			return undefined;
		case "device":
		case "all":
			if (canGoOn) return end_sessions;
			throw new InvalidInput(
				"refresh.on_new_refresh_token",
				"must take the refresh token of the session that goes on, for `end_sessions` with the endpoints 0 and 1",
			);
		default:
			throw new InvalidInput("end_sessions", "must be device, all or none");
	}
}

function prepareChange(
	{ context: { backend } }: Session,
	{ keys, doneLogin }: RepeatedLogin,
	newPassword: string,
): Promise<ChangePasswordData> {
	const { encrypted_master_key: encryptedMasterKey } = doneLogin.device_keys;
	return backend.preparePasswordChange({ ...keys, encryptedMasterKey, newPassword });
}

/**
 * Goes on with the session of the login before the request ends the others: what is lost on the way, also the answer, leaves
 * a session that lives.
 */
async function changeAndGoOn(
	session: Session,
	tokens: SessionTokens,
	prepare: () => Promise<ChangePasswordData>,
): Promise<void> {
	const { client } = session.context;
	const body = await prepare().catch(async (error: unknown) => {
		await endSession(client, tokens);
		throw error;
	});
	const before = await goOnWith(session, tokens);
	try {
		await client.call(userRoutes.changePassword, { jwt: tokens.jwt, body });
	} finally {
		// The API may have refused, or know nothing of `end_sessions`.
		await endSession(client, before);
	}
}

/** @returns the tokens of the session before */
async function goOnWith(session: Session, tokens: SessionTokens): Promise<SessionTokens> {
	let before: SessionTokens = tokens;
	try {
		session.assertLoggedIn();
		await handOver(session, tokens);
		await session.jwt.renew(async () => {
			const { jwt, refresh_token } = session.data;
			before = { jwt, refresh_token };
			return tokens;
		});
		session.assertLoggedIn();
		return before;
	} catch (error) {
		if (!session.loggedIn) await endSession(session.context.client, tokens);
		session.assertLoggedIn();
		throw error;
	}
}

/** Where the refresh token is the developer's. @throws RefreshTokenNotTaken */
async function handOver({ context: { refresh } }: Session, { jwt, refresh_token }: SessionTokens): Promise<void> {
	try {
		await refresh.handOver?.(refresh_token, jwt);
	} catch (cause) {
		throw new RefreshTokenNotTaken(cause);
	}
}

/** Of this device, without the old one (protocol/user-protocol §11.2). The API ends its sessions, so a new one is started. */
export async function resetPassword(session: Session, new_password: string, secondFactor: SecondFactor): Promise<void> {
	checkId("new_password", new_password);
	checkSecondFactor(secondFactor);
	const { backend, client } = session.context;
	const { private_key: privateKey, sign_key: signKey } = session.data.device;
	const body = await backend.preparePasswordReset({ privateKey, signKey, newPassword: new_password });
	await client.call(userRoutes.resetPassword, { jwt: await session.getJwt(), body });

	const login = async (): Promise<SessionTokens> => {
		const { tokens } = await repeatLogin(session, { ...secondFactor, password: new_password }, "client_10000");
		if (!session.loggedIn) await endSession(client, tokens);
		return tokens;
	};
	// The password is set: without a new session the old JWT is good until it ends.
	const isRenewed = await session.jwt.renew(login).then(
		() => session.loggedIn,
		() => false,
	);
	if (isRenewed) await handOver(session, session.data).catch((error: unknown) => globalThis.reportError?.(error));
}
