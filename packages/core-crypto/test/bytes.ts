// Codecs of the tests: not the package's own, and without anything that only Node has.

export function fromBase64(text: string): Uint8Array {
	return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function fromHex(text: string): Uint8Array {
	const digits = text.replace(/\s/g, "").match(/../g) ?? [];
	return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The `key_id` inside a key string. */
export function keyId(keyString: string): string {
	const [members] = Object.values<{ key_id: string }>(JSON.parse(keyString));
	if (members === undefined) throw new Error("Not a key string");
	return members.key_id;
}
