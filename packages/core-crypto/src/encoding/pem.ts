import { CryptoError } from "../errors.js";
import { encodeBase64, parseBase64 } from "./base64.js";

/** RFC 7468 text whose body is the raw key, without a DER wrapper. The label is the same for verify keys. */
export function encodePem(key: Uint8Array): string {
	const text = encodeBase64(key);
	let body = "";
	for (let at = 0; at < text.length; at += 64) body += `${text.slice(at, at + 64)}\n`;
	return `-----BEGIN PUBLIC KEY-----\n${body}-----END PUBLIC KEY-----\n`;
}

/**
 * Accepts any label, CRLF, a missing final newline and text before the BEGIN line; refuses body lines that are not
 * wrapped at 64 characters and anything after the END line (protocol/crypto §2).
 *
 * @throws CryptoError `PEM_INVALID`
 */
export function decodePem(text: string): Uint8Array {
	const lines = String(text).replaceAll("\r\n", "\n").split("\n");
	if (lines.at(-1) === "") lines.pop();
	const begin = lines.findIndex((line) => line.startsWith("-----BEGIN "));
	const label = /^-----BEGIN ([^-]*)-----$/.exec(lines[begin] ?? "")?.[1];
	const body = lines.slice(begin + 1, -1);
	const last = body.pop() ?? "";
	const wrapped = body.every((line) => line.length === 64) && last.length > 0 && last.length <= 64;
	if (label === undefined || lines.at(-1) !== `-----END ${label}-----` || !wrapped) {
		throw new CryptoError("PEM_INVALID");
	}
	return parseBase64([...body, last].join(""), "PEM_INVALID");
}
