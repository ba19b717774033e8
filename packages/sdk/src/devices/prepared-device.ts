import { InvalidInput, sha256 } from "@sentc-ts/core-crypto";
import { type DeviceRegisterData, deviceRegisterDataSchema, encodeBase64 } from "@sentc-ts/core-crypto/wire";
import type { DeviceRegisterResult } from "@sentc-ts/transport/contract";
import { AnswerForged } from "../errors.js";
import { checkText } from "../input.js";

/** How many devices are remembered, 44 characters each. */
const REMEMBERED = 1000;

/** What says which device it is: all keys of the account will be encrypted for its public key. */
type Device = Pick<DeviceRegisterResult, "device_identifier" | "public_key_string" | "keypair_encrypt_alg">;

/** Hashes of devices that were prepared, the oldest first. */
export class PreparedDevices {
	readonly #hashes = new Set<string>();

	get isEmpty(): boolean {
		return this.#hashes.size === 0;
	}

	/** @param body what `prepareRegisterDeviceStart` answered */
	add(body: string): void {
		this.#hashes.add(hash(readPrepared(body)));
		const [oldest] = this.#hashes;
		if (this.#hashes.size > REMEMBERED && oldest !== undefined) this.#hashes.delete(oldest);
	}

	has(answered: Device): boolean {
		return this.#hashes.has(hash(answered));
	}
}

/** Those of all instances in this page or process: `createDeviceHandover` belongs to none. */
export const preparedHere = new PreparedDevices();

/**
 * @param body what `prepareRegisterDeviceStart` answered
 * @throws InvalidInput naming `prepared_input` for something else
 */
export function readPrepared(body: string): Device {
	const { derived, device_identifier } = parsePrepared(body);
	const { keypair_encrypt_alg, public_key: public_key_string } = derived;
	return { device_identifier, public_key_string, keypair_encrypt_alg };
}

/** @throws AnswerForged unless the API answered the device that was prepared */
export function requirePrepared(answered: Device, body: string): void {
	if (hash(answered) !== hash(readPrepared(body))) throw otherDevice();
}

export function otherDevice(): AnswerForged {
	return new AnswerForged("device", "The API answered another device than was prepared");
}

function parsePrepared(body: string): DeviceRegisterData {
	checkText("prepared_input", body);
	try {
		return deviceRegisterDataSchema.parse(JSON.parse(body));
	} catch {
		throw new InvalidInput("prepared_input", "must be what prepareRegisterDeviceStart answered");
	}
}

function hash({ device_identifier, public_key_string, keypair_encrypt_alg }: Device): string {
	const text = JSON.stringify([device_identifier, public_key_string, keypair_encrypt_alg]);
	return encodeBase64(sha256(new TextEncoder().encode(text)));
}
