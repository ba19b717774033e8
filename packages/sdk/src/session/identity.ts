import { userRoutes } from "@sentc-ts/transport/contract";
import { checkIdentifier } from "../input.js";
import { freshLogin, type Reauthentication } from "./fresh-jwt.js";
import type { Session } from "./session.js";

/** Another identifier for this device; what is stored on it keeps its names (protocol/sdk-api §6.3). */
export async function updateIdentifier(session: Session, identifier: string): Promise<void> {
	checkIdentifier(identifier, "newIdentifier");
	const jwt = await session.getJwt();
	await session.context.client.call(userRoutes.updateIdentifier, { jwt, body: { user_identifier: identifier } });
	session.data.login_identifier = identifier;
	await session.save();
}

/** The user with all devices and keys; then nothing stays here either (protocol/user-protocol §12.4). */
export async function deleteUser(session: Session, reauthentication: Reauthentication): Promise<void> {
	const { tokens } = await freshLogin(session, reauthentication, "client_10000");
	await session.context.client.call(userRoutes.deleteUser, { jwt: tokens.jwt });
	await session.forget();
}
