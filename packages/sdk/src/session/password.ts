import { userRoutes } from "@sentc-ts/transport/contract";
import { checkId, checkText } from "../input.js";
import { checkSecondFactor, freshLogin, repeatLogin, type SecondFactor } from "./fresh-jwt.js";
import { endSession, type SessionTokens } from "./jwt.js";
import type { Session } from "./session.js";

/** Of this device (protocol/user-protocol §11.1). The session goes on. */
export async function changePassword(
	session: Session,
	old_password: string,
	new_password: string,
	secondFactor: SecondFactor,
): Promise<void> {
	checkText("old_password", old_password);
	checkId("new_password", new_password);
	const { backend, client } = session.context;
	const reauthentication = { ...secondFactor, password: old_password };
	const { keys, doneLogin, tokens } = await freshLogin(session, reauthentication, "client_10000");
	const body = await backend.preparePasswordChange({
		...keys,
		encryptedMasterKey: doneLogin.device_keys.encrypted_master_key,
		newPassword: new_password,
	});
	await client.call(userRoutes.changePassword, { jwt: tokens.jwt, body });
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
	await session.jwt.renew(login).catch(() => undefined);
}
