import { accountRoutes } from "@sentc-ts/transport/contract";
import { checkIdentifier } from "../input.js";
import type { Session } from "./session.js";

/** Another identifier for this device; what is stored on it keeps its names (protocol/sdk-api §6.3). */
export async function updateIdentifier(session: Session, identifier: string): Promise<void> {
	checkIdentifier(identifier, "newIdentifier");
	const jwt = await session.getJwt();
	await session.context.client.call(accountRoutes.updateIdentifier, { jwt, body: { user_identifier: identifier } });
	session.data.login_identifier = identifier;
	await session.save();
}
