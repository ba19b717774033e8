/** WebCrypto refuses views of shared memory: those are copied. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return isUnshared(bytes) ? bytes : new Uint8Array(bytes);
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
	return bytes.buffer instanceof ArrayBuffer;
}
