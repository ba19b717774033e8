/** One way to write a text as bytes. */
interface Form {
	/** `undefined` for a text of another kind. */
	pack(text: string): Uint8Array | undefined;
	/** May throw for bytes that `pack` never answers. */
	unpack(bytes: Uint8Array): string;
}

/** A text that was taken from the start of some bytes. */
interface Unpacked {
	text: string;
	rest: Uint8Array;
}

const utf8: Form = {
	pack: (text) => new TextEncoder().encode(text),
	unpack: (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
};

/** The API's tokens, and identifiers from `generateRegisterData` (RFC 4648 §5, without padding). */
const base64Url: Form = {
	pack: (text) => (/^[\w-]*$/.test(text) ? fromBase64(text.replaceAll("-", "+").replaceAll("_", "/")) : undefined),
	unpack: (bytes) => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
};

/** RFC 9562 §4, in lower case. */
const uuid: Form = {
	pack: (text) => {
		const digits = text.replaceAll("-", "").match(/[0-9a-f]{2}/g) ?? [];
		return digits.length === 16 ? Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16)) : undefined;
	},
	unpack: (bytes) => {
		const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
		return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
	},
};

/** protocol/crypto §1. The place in the list is part of the format. */
const ALGORITHMS: readonly string[] = ["ECIES-ed25519_KYBER_768", "ECIES-ed25519", "KYBER_768"];
const algorithm: Form = {
	pack: (text) => (ALGORITHMS.includes(text) ? Uint8Array.of(ALGORITHMS.indexOf(text)) : undefined),
	unpack: ([index = -1]) => ALGORITHMS[index] ?? "",
};

/** RFC 7468 around the raw bytes of a public key (protocol/crypto §2). */
const pem: Form = {
	pack: (text) => {
		const body = /^-----BEGIN PUBLIC KEY-----\n([^-]+)-----END PUBLIC KEY-----\n$/.exec(text)?.[1];
		return body === undefined ? undefined : fromBase64(body.replaceAll("\n", ""));
	},
	unpack: (bytes) => {
		const body = toBase64(bytes).replace(/.{1,64}/g, "$&\n");
		return `-----BEGIN PUBLIC KEY-----\n${body}-----END PUBLIC KEY-----\n`;
	},
};

/** The public key of a hybrid algorithm, `{"x": PEM, "k": PEM}`: length of x in one byte ‖ x ‖ k. */
const pemPair: Form = {
	pack: (text) => {
		const [x, k] = Object.values(parseObject(text)).map((half) => pem.pack(String(half)));
		return x && k && x.length < 256 ? Uint8Array.from([x.length, ...x, ...k]) : undefined;
	},
	unpack: ([length = 0, ...halves]) => {
		const x = pem.unpack(Uint8Array.from(halves.slice(0, length)));
		const k = pem.unpack(Uint8Array.from(halves.slice(length)));
		return JSON.stringify({ x, k });
	},
};

/** The first byte of a packed text is the place of its form in this list. */
const FORMS: readonly Form[] = [utf8, base64Url, uuid, algorithm, pem, pemPair];

/**
 * The shortest form from which exactly this text comes back: number of the form ‖ length of the rest, seven bits per byte,
 * the lowest first ‖ the rest.
 *
 * @returns `undefined` when none does, as for half a surrogate pair
 */
export function packText(text: string): Uint8Array | undefined {
	const packed = FORMS.flatMap((form, index) => {
		const bytes = form.pack(text);
		return bytes && form.unpack(bytes) === text
			? [Uint8Array.from([index, ...packLength(bytes.length), ...bytes])]
			: [];
	});
	return packed.toSorted((a, b) => a.length - b.length)[0];
}

/** Reverse of {@link packText}, from the start of `bytes`; `undefined` when they are none. */
export function unpackText(bytes: Uint8Array): Unpacked | undefined {
	const [index = -1] = bytes;
	const form = FORMS[index];
	let at = 1;
	let length = 0;
	for (let shift = 0; ; shift += 7) {
		const byte = bytes[at++];
		if (byte === undefined || shift > 21) return undefined;
		length |= (byte & 0x7f) << shift;
		if (byte < 0x80) break;
	}
	if (!form || at + length > bytes.length) return undefined;
	try {
		return { text: form.unpack(bytes.subarray(at, at + length)), rest: bytes.subarray(at + length) };
	} catch {
		return undefined;
	}
}

function packLength(length: number): number[] {
	return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...packLength(length >> 7)];
}

function fromBase64(text: string): Uint8Array | undefined {
	try {
		return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
	} catch {
		return undefined;
	}
}

function toBase64(bytes: Uint8Array): string {
	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function parseObject(text: string): object {
	try {
		return Object(JSON.parse(text));
	} catch {
		return {};
	}
}
