import { type IdentifierAvailability, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { identifierIsTaken, updateDevice } from "../../database/repositories/devices.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { identifierColumns, indexOf } from "./sealed-columns.js";

/** Can a device of the app still get this identifier? */
export async function readAvailability(
	services: Services,
	appId: string,
	identifier: string,
): Promise<IdentifierAvailability> {
	const taken = await identifierIsTaken(services.database.reads, appId, indexOf(services, appId, identifier));
	return { user_identifier: identifier, available: !taken };
}

/** Another identifier for the device of the JWT; its own current one is in use, too (protocol/http-api §11). */
export async function updateIdentifier(
	services: Services,
	{ appId, deviceId }: Identity,
	identifier: string,
): Promise<void> {
	const columns = identifierColumns(services, { appId, deviceId }, identifier);
	await services.database.transaction(async (db) => {
		if (await identifierIsTaken(db, appId, columns.identifierIndex)) throw new Failure(SERVER_ERRORS.IDENTIFIER_EXISTS);
		if (!(await updateDevice(db, deviceId, columns))) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	});
}
