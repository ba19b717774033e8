import { InvalidInput, sha256 } from "@sentc-ts/core-crypto";
import { readEnvelope } from "@sentc-ts/transport";
import { type DeviceRegisterResult, deviceRoutes } from "@sentc-ts/transport/contract";
import { DeviceHandoverInvalid } from "../errors.js";
import { decodeBase45, encodeBase45 } from "./base45.js";
import { packText, unpackText } from "./compact-text.js";

/** Names the format and its version. The payload: first bytes of SHA-256 of the rest ‖ the fields in this order, each as `packText` makes it. */
const PREFIX = "SENTC1:";
const FIELDS = [
	"device_id",
	"token",
	"device_identifier",
	"public_key_string",
	"keypair_encrypt_alg",
] as const satisfies readonly (keyof DeviceRegisterResult)[];
const CHECKSUM_BYTES = 4;

/**
 * The answer to `registerDeviceStart` as text for a QR code: with an identifier of `generateRegisterData` 1,986 characters of
 * the alphanumeric mode, which are version 26 with error correction level L. One of 300 bytes needs version 30.
 *
 * The text holds the token that lets whoever reads it add the device to an session, and no secret key.
 *
 * @param server_output the answer of the API, as text
 * @returns `SENTC1:` and Base45 (RFC 9285)
 * @throws ApiError when it reports a refusal · EnvelopeError when it is not an answer to `registerDeviceStart`
 */
export function createDeviceHandover(server_output: string): string {
	const device = readEnvelope(server_output, deviceRoutes.prepareRegisterDevice.result);
	const payload = FIELDS.flatMap((field) => {
		const packed = packText(device[field]);
		if (!packed) throw new InvalidInput(`server_output.${field}`, "cannot be packed");
		return [...packed];
	});
	const bytes = Uint8Array.from(payload);
	return PREFIX + encodeBase45(Uint8Array.from([...checksum(bytes), ...bytes]));
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
	const scanned = text.trim();
	const bytes = scanned.startsWith(PREFIX) ? decodeBase45(scanned.slice(PREFIX.length)) : undefined;
	const payload = bytes?.subarray(CHECKSUM_BYTES);
	if (!bytes || !payload || checksum(payload).some((byte, i) => byte !== bytes[i])) throw new DeviceHandoverInvalid();
	return JSON.stringify({ status: true, result: unpackDevice(payload) });
}

/** The answer of the API, from a QR code or as it came. */
export function readNewDevice(text: string): DeviceRegisterResult {
	const isHandover = typeof text === "string" && text.trim().startsWith(PREFIX);
	return readEnvelope(isHandover ? readDeviceHandover(text) : text, deviceRoutes.prepareRegisterDevice.result);
}

function unpackDevice(payload: Uint8Array): { [Field in keyof DeviceRegisterResult]?: string } {
	const device: { [Field in keyof DeviceRegisterResult]?: string } = {};
	let rest = payload;
	for (const field of FIELDS) {
		const unpacked = unpackText(rest);
		if (!unpacked) throw new DeviceHandoverInvalid();
		device[field] = unpacked.text;
		rest = unpacked.rest;
	}
	if (rest.length > 0) throw new DeviceHandoverInvalid();
	return device;
}

function checksum(payload: Uint8Array): Uint8Array {
	return sha256(payload).subarray(0, CHECKSUM_BYTES);
}
