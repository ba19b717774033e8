import type { SyncCrypto } from "@sentc-ts/core-crypto";
import { deviceRegisterDataSchema } from "@sentc-ts/core-crypto/wire";
import { readEnvelope } from "@sentc-ts/transport";
import { deviceRoutes, userRoutes } from "@sentc-ts/transport/contract";
import type { Cryptography } from "../crypto.js";
import { AnswerForged } from "../errors.js";
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

export function prepareDevice(crypto: SyncCrypto, identifier: string, password: string): string {
	checkCredentials(identifier, password);
	return JSON.stringify(crypto.prepareRegisterDevice({ identifier, password }));
}

export async function prepareDeviceAsync(
	{ backend }: Cryptography,
	identifier: string,
	password: string,
): Promise<string> {
	checkCredentials(identifier, password);
	return JSON.stringify(await backend.prepareRegisterDevice({ identifier, password }));
}

/** Only checks: the answer itself goes to the device that is logged in. */
export function doneDevice(serverOutput: string): void {
	readEnvelope(serverOutput, deviceRoutes.prepareRegisterDevice.result);
}

/**
 * Whoever reads the answer gives all keys of the account to the public key in it: it must be that of this device.
 *
 * @returns the answer of the API as text
 * @throws AnswerForged when it is about another device than was sent
 */
export async function startDevice(context: Context, identifier: string, password: string): Promise<string> {
	const body = await prepareDeviceAsync(context, identifier, password);
	const sent = deviceRegisterDataSchema.parse(JSON.parse(body));
	const serverOutput = await context.client.forward(deviceRoutes.prepareRegisterDevice, { body });
	const answered = readEnvelope(serverOutput, deviceRoutes.prepareRegisterDevice.result);
	const { keypair_encrypt_alg, public_key } = sent.derived;
	if (
		answered.device_identifier !== sent.device_identifier ||
		answered.keypair_encrypt_alg !== keypair_encrypt_alg ||
		answered.public_key_string !== public_key
	) {
		throw new AnswerForged("device", "The API answered another device than was sent");
	}
	return serverOutput;
}
