import { userRoutes } from "@sentc-ts/transport/contract";
import { checkIdentifier } from "../input.js";
import type { Account } from "./account.js";

/** Another identifier for this device; what is stored on it keeps its names (protocol/sdk-api §6.3). */
export async function updateIdentifier(account: Account, identifier: string): Promise<void> {
	checkIdentifier(identifier, "newIdentifier");
	const jwt = await account.session.getJwt();
	await account.context.client.call(userRoutes.updateIdentifier, { jwt, body: { user_identifier: identifier } });
	account.data.login_identifier = identifier;
	await account.save();
}
