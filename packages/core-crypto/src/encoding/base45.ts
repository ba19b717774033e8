/** RFC 9285, Table 1: the characters that the alphanumeric mode of QR codes stores in 5½ bits each. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Two bytes become three characters, a last single byte two (RFC 9285 §4). */
export function encodeBase45(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i += 2) {
		const [high = 0, low] = bytes.subarray(i, i + 2);
		text += low === undefined ? digits(high, 2) : digits(high * 256 + low, 3);
	}
	return text;
}

/** Strict reverse of {@link encodeBase45}; `undefined` for what it never answers. */
export function decodeBase45(text: string): Uint8Array | undefined {
	const bytes: number[] = [];
	for (let i = 0; i < text.length; i += 3) {
		const group = text.slice(i, i + 3);
		const value = groupValue(group);
		if (group.length === 1 || value === undefined || value >= 256 ** (group.length - 1)) return undefined;
		if (group.length === 3) bytes.push(value >> 8);
		bytes.push(value & 0xff);
	}
	return Uint8Array.from(bytes);
}

/** The least significant digit comes first. */
function digits(value: number, count: number): string {
	return Array.from({ length: count }, (_, i) => ALPHABET[Math.floor(value / 45 ** i) % 45]).join("");
}

function groupValue(group: string): number | undefined {
	let value = 0;
	for (const [i, character] of [...group].entries()) {
		const digit = ALPHABET.indexOf(character);
		if (digit < 0) return undefined;
		value += digit * 45 ** i;
	}
	return value;
}
