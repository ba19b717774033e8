import { type IdentifierAvailability, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import { identifierIsTaken, updateDevice } from "../../database/repositories/devices.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";

/** Can a device of the app still get this identifier? */
export async function readAvailability(
	{ database }: Services,
	appId: string,
	identifier: string,
): Promise<IdentifierAvailability> {
	const taken = await identifierIsTaken(database.reads, appId, hash(identifier));
	return { user_identifier: identifier, available: !taken };
}

/** Another identifier for the device of the JWT; its own current one is in use, too (protocol/http-api §11). */
export async function updateIdentifier(
	{ database }: Services,
	{ appId, deviceId }: Identity,
	identifier: string,
): Promise<void> {
	const identifierHash = hash(identifier);
	await database.transaction(async (db) => {
		if (await identifierIsTaken(db, appId, identifierHash)) throw new Failure(SERVER_ERRORS.IDENTIFIER_EXISTS);
		if (!(await updateDevice(db, deviceId, { identifierHash }))) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	});
}
