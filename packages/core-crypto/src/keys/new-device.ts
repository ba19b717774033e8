import { createPrimitives } from "#default-primitives";
import { decodeBase45, encodeBase45 } from "../encoding/base45.js";
import { decodeBase64Url, encodeBase64Url } from "../encoding/base64.js";
import { concat, equalBytes } from "../encoding/bytes.js";
import { decodePem, encodePem } from "../encoding/pem.js";
import { decodeUtf8 } from "../encoding/utf8.js";
import { InvalidInput } from "../errors.js";

/** A device that was started and is not part of an account yet (protocol/user-protocol §6.1). */
export interface NewDevice {
	device_id: string;
	/** Lets whoever has it add the device to an account. */
	token: string;
	device_identifier: string;
	public_key_string: string;
	keypair_encrypt_alg: string;
}

/** Names the format and its version. */
const prefix = "SENTC1:";

/** In this order they are packed, after the first bytes of SHA-256 of the rest. */
const fields = ["device_id", "token", "device_identifier", "public_key_string", "keypair_encrypt_alg"] as const;
const checksumLength = 4;

/**
 * A new device as text for a QR code, for a device that is logged in. It holds no secret key.
 *
 * @param name of the argument, for errors
 * @returns `SENTC1:` and Base45 (RFC 9285); with a hybrid key and an identifier of `generateRegisterData` 1,986 characters
 * @throws InvalidInput naming a member with half a surrogate pair
 */
export function packNewDevice(device: NewDevice, name = "device"): string {
	const payload = concat(
		...fields.map((field) => {
			const packed = packText(device[field]);
			if (packed === undefined) throw new InvalidInput(`${name}.${field}`, "cannot be packed");
			return packed;
		}),
	);
	return prefix + encodeBase45(concat(checksum(payload), payload));
}

/** Is it meant to be what {@link packNewDevice} answers? White space around it does not matter. */
export function isPackedDevice(text: string): boolean {
	return text.trim().startsWith(prefix);
}

/** Reverse of {@link packNewDevice}. @returns `undefined` for a text that was misread, or is none */
export function unpackNewDevice(text: string): NewDevice | undefined {
	const bytes = isPackedDevice(text) ? decodeBase45(text.trim().slice(prefix.length)) : undefined;
	if (bytes === undefined || bytes.length < checksumLength) return undefined;
	let rest = bytes.subarray(checksumLength);
	if (!equalBytes(checksum(rest), bytes.subarray(0, checksumLength))) return undefined;
	const texts: [string, string][] = [];
	for (const field of fields) {
		const unpacked = unpackText(rest);
		if (unpacked === undefined) return undefined;
		texts.push([field, unpacked.text]);
		rest = unpacked.rest;
	}
	return rest.length === 0 ? (Object.fromEntries(texts) as unknown as NewDevice) : undefined;
}

function checksum(payload: Uint8Array): Uint8Array {
	return createPrimitives().sha256(payload).subarray(0, checksumLength);
}

/** One way to write a text as bytes. */
interface Form {
	/** `undefined`, or throws, for a text of another kind. */
	pack(text: string): Uint8Array | undefined;
	/** The same for bytes that `pack` never answers. */
	unpack(bytes: Uint8Array): string | undefined;
}

const utf8: Form = { pack: (text) => new TextEncoder().encode(text), unpack: decodeUtf8 };

/** The API's tokens, and identifiers from `generateRegisterData`. */
const base64Url: Form = { pack: decodeBase64Url, unpack: encodeBase64Url };

/** RFC 9562 §4, in lower case. */
const uuid: Form = {
	pack(text) {
		const digits = text.replaceAll("-", "").match(/[0-9a-f]{2}/g) ?? [];
		return digits.length === 16 ? Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16)) : undefined;
	},
	unpack(bytes) {
		const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
		return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
	},
};

/** protocol/crypto §1. The place in the list is part of the format. */
const algorithms: readonly string[] = ["ECIES-ed25519_KYBER_768", "ECIES-ed25519", "KYBER_768"];
const algorithm: Form = {
	pack: (text) => (algorithms.includes(text) ? Uint8Array.of(algorithms.indexOf(text)) : undefined),
	unpack: ([index = -1]) => algorithms[index],
};

const pem: Form = { pack: decodePem, unpack: encodePem };

/** The public key of a hybrid algorithm, `{"x": PEM, "k": PEM}`: length of x in one byte ‖ x ‖ k. */
const pemPair: Form = {
	pack(text) {
		const { x, k } = JSON.parse(text);
		const [first, second] = [decodePem(x), decodePem(k)];
		return first.length < 256 ? concat(Uint8Array.of(first.length), first, second) : undefined;
	},
	unpack([length = 0, ...halves]) {
		const x = encodePem(Uint8Array.from(halves.slice(0, length)));
		const k = encodePem(Uint8Array.from(halves.slice(length)));
		return JSON.stringify({ x, k });
	},
};

/** The first byte of a packed text is the place of its form in this list. */
const forms: readonly Form[] = [utf8, base64Url, uuid, algorithm, pem, pemPair];

/**
 * The shortest form from which exactly this text comes back: number of the form ‖ length of the rest, seven bits per byte,
 * the lowest first ‖ the rest.
 *
 * @returns `undefined` when none does, as for half a surrogate pair
 */
function packText(text: string): Uint8Array | undefined {
	const packed = forms.flatMap((form, index) => {
		const bytes = attempt(() => form.pack(text));
		return bytes && form.unpack(bytes) === text
			? [concat(Uint8Array.from([index, ...packLength(bytes.length)]), bytes)]
			: [];
	});
	return packed.toSorted((a, b) => a.length - b.length)[0];
}

/** Reverse of {@link packText}, from the start of `bytes`; `undefined` when they are none. */
function unpackText(bytes: Uint8Array): { text: string; rest: Uint8Array } | undefined {
	const form = forms[bytes[0] ?? -1];
	let at = 1;
	let length = 0;
	for (let shift = 0; ; shift += 7) {
		const byte = bytes[at++];
		if (byte === undefined || shift > 21) return undefined;
		length |= (byte & 0x7f) << shift;
		if (byte < 0x80) break;
	}
	if (!form || at + length > bytes.length) return undefined;
	const text = attempt(() => form.unpack(bytes.subarray(at, at + length)));
	return text === undefined ? undefined : { text, rest: bytes.subarray(at + length) };
}

function packLength(length: number): number[] {
	return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...packLength(length >> 7)];
}

function attempt<T>(run: () => T): T | undefined {
	try {
		return run();
	} catch {
		return undefined;
	}
}
