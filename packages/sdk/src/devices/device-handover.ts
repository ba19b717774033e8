import { InvalidInput, isPackedDevice, packNewDevice, unpackNewDevice } from "@sentc-ts/core-crypto";
import { readEnvelope } from "@sentc-ts/transport";
import { type DeviceRegisterResult, deviceRoutes } from "@sentc-ts/transport/contract";
import { DeviceHandoverInvalid } from "../errors.js";
import { preparedHere, requirePrepared } from "./prepared-device.js";

/**
 * The answer to `registerDeviceStart` as text for a QR code: with an identifier of `generateRegisterData` 1,986 characters of
 * the alphanumeric mode, which are version 26 with error correction level L. One of 300 bytes needs version 30.
 *
 * The text holds the token that lets whoever reads it add the device to the user, and no secret key. Who accepts it gives all
 * keys of the account to the public key in it, so it is made for a device that was prepared here alone.
 *
 * @param server_output the answer of the API, as text
 * @param prepared_input what `prepareRegisterDeviceStart` answered. It may be left out unless the page was loaded anew since
 * @returns `SENTC1:` and Base45 (RFC 9285)
 * @throws ApiError when it reports a refusal · EnvelopeError when it is not an answer to `registerDeviceStart`
 * @throws AnswerForged when it is about another device than `prepared_input`
 * @throws InvalidInput naming `prepared_input`, when it is missing for a device that was not prepared since the page was loaded
 * @example
 * ```ts
 * import Sentc, { createDeviceHandover, type User } from "@sentc-ts/sdk";
 *
 * // On the new device: shown as a QR code.
 * export async function ask(identifier: string, password: string): Promise<string> {
 * 	return createDeviceHandover(String(await Sentc.registerDeviceStart(identifier, password)));
 * }
 *
 * // On a device that is logged in, with what was scanned.
 * export async function accept(user: User, scanned: string): Promise<void> {
 * 	await user.registerDevice(scanned);
 * }
 * ```
 */
export function createDeviceHandover(server_output: string, prepared_input?: string): string {
	const device = readEnvelope(server_output, deviceRoutes.prepareRegisterDevice.result);
	if (prepared_input !== undefined) requirePrepared(device, prepared_input);
	else if (!preparedHere.has(device)) {
		throw new InvalidInput("prepared_input", "must be given: the answer is about a device that was not prepared here");
	}
	return packNewDevice(device, "server_output");
}

/**
 * Reverse of {@link createDeviceHandover}, with the same fields and key text.
 *
 * @param text as it was scanned; white space around it does not matter
 * @returns what `registerDevice` and `prepareRegisterDevice` take
 * @throws DeviceHandoverInvalid when the text was misread, or is none
 */
export function readDeviceHandover(text: string): string {
	if (typeof text !== "string") throw new InvalidInput("text", "must be a string");
	const result = unpackNewDevice(text);
	if (!result) throw new DeviceHandoverInvalid();
	return JSON.stringify({ status: true, result });
}

/** The answer of the API, from a QR code or as it came. */
export function readNewDevice(text: string): DeviceRegisterResult {
	const isHandover = typeof text === "string" && isPackedDevice(text);
	return readEnvelope(isHandover ? readDeviceHandover(text) : text, deviceRoutes.prepareRegisterDevice.result);
}
