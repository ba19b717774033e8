// base64 in plain TypeScript, for runtimes that have none of their own. What it promises stands in `base64.ts`.

/** Canonical base64. */
export interface Base64 {
	encode(bytes: Uint8Array): string;
	/** base64url without padding. */
	encodeUrl(bytes: Uint8Array): string;
	/** `undefined` for everything that `encode` never answers. */
	decode(text: string): Uint8Array | undefined;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = "=".charCodeAt(0);
const invalid = 0xff;

const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const values = new Uint8Array(256).fill(invalid);
codes.forEach((code, value) => {
	values[code] = value;
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encode(bytes: Uint8Array): string {
	const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding);
	const code = (value: number): number => codes[value & 63] ?? invalid;
	let at = 0;
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
		text[at++] = code(group >> 18);
		text[at++] = code(group >> 12);
		if (left > 1) text[at++] = code(group >> 6);
		if (left > 2) text[at++] = code(group);
	}
	return decoder.decode(text);
}

function decode(characters: string): Uint8Array | undefined {
	const text = encoder.encode(characters);
	if (text.length % 4 !== 0) return undefined;
	const pads = text.at(-1) !== padding ? 0 : text.at(-2) !== padding ? 1 : 2;
	const digits = text.length - pads;
	const value = (i: number): number => (i < digits ? (values[text[i] ?? 0] ?? invalid) : 0);

	const bytes = new Uint8Array((text.length / 4) * 3 - pads);
	let seen = 0;
	let group = 0;
	for (let i = 0, at = 0; i < text.length; i += 4) {
		const [a, b, c, d] = [value(i), value(i + 1), value(i + 2), value(i + 3)];
		seen |= a | b | c | d;
		group = (a << 18) | (b << 12) | (c << 6) | d;
		bytes[at++] = group >> 16;
		bytes[at++] = group >> 8;
		bytes[at++] = group;
	}
	const trailingBits = group & ((1 << (8 * pads)) - 1);
	return seen > 63 || trailingBits !== 0 ? undefined : bytes;
}

function encodeUrl(bytes: Uint8Array): string {
	return encode(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export const portable: Base64 = { encode, encodeUrl, decode };
