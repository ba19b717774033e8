import { InvalidInput } from "@sentc-ts/core-crypto";
import { encodeBase64 } from "@sentc-ts/core-crypto/wire";

/** Reads whole files into memory. */
export const FileHelper = {
	fileParse,
};

/** The bytes of a Blob. */
function fileParse(blob: Blob, asUrl?: false): Promise<ArrayBuffer>;
/** The bytes of a Blob as a `data:` URL (RFC 2397). */
function fileParse(blob: Blob, asUrl: true): Promise<string>;
async function fileParse(blob: Blob, asUrl = false): Promise<ArrayBuffer | string> {
	if (!(blob instanceof Blob)) throw new InvalidInput("blob", "must be a Blob");
	const bytes = await blob.arrayBuffer();
	if (!asUrl) return bytes;
	return `data:${blob.type || "application/octet-stream"};base64,${encodeBase64(new Uint8Array(bytes))}`;
}
