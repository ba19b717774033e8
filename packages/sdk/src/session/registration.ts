import type { SyncCrypto } from "@sentc-ts/core-crypto";
import { readEnvelope } from "@sentc-ts/transport";
import { userRoutes } from "@sentc-ts/transport/contract";
import type { Cryptography } from "../crypto.js";
import { checkCredentials, checkIdentifier } from "../input.js";
import type { Context } from "./context.js";

// The outer two steps of prepare, send, done. Each function that sends is the three in a row, nothing else.

export function prepareIdentifierCheck(identifier: string): string {
	checkIdentifier(identifier);
	return JSON.stringify({ user_identifier: identifier });
}

export function doneIdentifierCheck(serverOutput: string): boolean {
	return readEnvelope(serverOutput, userRoutes.exists.result).available;
}

export async function checkIdentifierAvailable({ client }: Context, identifier: string): Promise<boolean> {
	return doneIdentifierCheck(await client.forward(userRoutes.exists, { body: prepareIdentifierCheck(identifier) }));
}

export function prepareRegister(crypto: SyncCrypto, identifier: string, password: string): string {
	checkCredentials(identifier, password);
	return JSON.stringify(crypto.prepareRegister({ identifier, password }));
}

export async function prepareRegisterAsync(
	{ backend }: Cryptography,
	identifier: string,
	password: string,
): Promise<string> {
	checkCredentials(identifier, password);
	return JSON.stringify(await backend.prepareRegister({ identifier, password }));
}

/** @returns the id of the new user */
export function doneRegister(serverOutput: string): string {
	return readEnvelope(serverOutput, userRoutes.register.result).user_id;
}

export async function register(context: Context, identifier: string, password: string): Promise<string> {
	const body = await prepareRegisterAsync(context, identifier, password);
	return doneRegister(await context.client.forward(userRoutes.register, { body }));
}
