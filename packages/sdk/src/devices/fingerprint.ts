import { sha256 } from "@sentc-ts/core-crypto";
import { readNewDevice } from "./device-handover.js";
import { readPrepared } from "./prepared-device.js";

const GROUPS = 6;
const DIGITS = 5;
const BYTES_PER_GROUP = 5;

/**
 * What a person compares on two screens before a new device is let in: 6 groups of 5 digits of the SHA-256 of its public key, about
 * 99 bits. Nothing that the API chooses goes in, so it can't look for a second device with the same digits beforehand.
 *
 * @param device on the new device what `prepareRegisterDeviceStart` answered, or an answer of the API that was compared with it; on the
 * one that is logged in what was scanned or carried over
 * @throws ApiError, EnvelopeError, DeviceHandoverInvalid, InvalidInput when it is none of them
 * @example
 * ```ts
 * import { deviceFingerprint, type User } from "@sentc-ts/sdk";
 *
 * // On the new device.
 * export function show(prepared_input: string): string {
 * 	return deviceFingerprint(prepared_input);
 * }
 *
 * // On a device that is logged in.
 * export async function accept(user: User, scanned: string, isSame: (digits: string) => Promise<boolean>): Promise<void> {
 * 	if (await isSame(deviceFingerprint(scanned))) await user.registerDevice(scanned);
 * }
 * ```
 */
export function deviceFingerprint(device: string): string {
	const { public_key_string, keypair_encrypt_alg } = isPrepared(device) ? readPrepared(device) : readNewDevice(device);
	const text = JSON.stringify(["sentc-ts/device-fingerprint", keypair_encrypt_alg, public_key_string]);
	const bytes = sha256(new TextEncoder().encode(text));
	return Array.from({ length: GROUPS }, (_, index) =>
		digits(bytes.subarray(index * BYTES_PER_GROUP, (index + 1) * BYTES_PER_GROUP)),
	).join(" ");
}

/** 40 bits, so that each group is as likely as the next one. */
function digits(bytes: Uint8Array): string {
	const number = bytes.reduce((value, byte) => value * 256 + byte, 0);
	return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** An answer of the API has a `status`, a request body has keys. */
function isPrepared(text: string): boolean {
	try {
		return "derived" in JSON.parse(text);
	} catch {
		return false;
	}
}
