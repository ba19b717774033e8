import { ghash } from "@noble/ciphers/_polyval.js";
import { equalBytes, nothing } from "../encoding/bytes.js";
import { aesBlocks } from "./bitsliced.js";

// AES-256-GCM (NIST SP 800-38D) with nonces of 12 bytes and without associated data: AES in bit slices, GHASH of noble.

const blockLength = 16;
const tagLength = 16;
/** Blocks that are encrypted at once, to bound the memory that this takes. */
const blocksAtOnce = 1024;
/** Blocks of the keystream before that of the data: that of zeros is the key of GHASH, the first of the counter masks the tag. */
const blocksBefore = 2;

/** @returns prefix ‖ ciphertext ‖ 16-byte tag */
export function sealGcm(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, prefix = nothing): Uint8Array {
	const end = prefix.length + plaintext.length;
	const sealed = new Uint8Array(end + tagLength);
	sealed.set(prefix);
	const ciphertext = sealed.subarray(prefix.length, end);
	const tagKeys = applyKeystream(key, nonce, plaintext, ciphertext);
	sealed.set(tagOf(tagKeys, ciphertext), end);
	return sealed;
}

/**
 * @param sealed ciphertext ‖ tag
 * @returns `undefined` when the tag is another
 */
export function openGcm(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
	const ciphertext = sealed.subarray(0, sealed.length - tagLength);
	const opened = new Uint8Array(ciphertext.length);
	const tagKeys = applyKeystream(key, nonce, ciphertext, opened);
	if (equalBytes(tagOf(tagKeys, ciphertext), sealed.subarray(ciphertext.length))) return opened;
	opened.fill(0);
	return undefined;
}

/** XORs the data with the keystream into `result`; answers the first two blocks. */
function applyKeystream(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, result: Uint8Array): Uint8Array {
	const blocks = blocksBefore + Math.ceil(data.length / blockLength);
	const before = new Uint8Array(blocksBefore * blockLength);
	for (let first = 0; first < blocks; first += blocksAtOnce) {
		const keystream = aesBlocks(key, counters(nonce, first, Math.min(blocksAtOnce, blocks - first)));
		if (first === 0) before.set(keystream.subarray(0, before.length));
		const start = first * blockLength - before.length;
		for (let i = Math.max(0, -start); i < keystream.length && start + i < data.length; i++) {
			result[start + i] = (data[start + i] as number) ^ (keystream[i] as number);
		}
		keystream.fill(0);
	}
	return before;
}

/** Zeros, then nonce ‖ counter from 1 on (§7.1 with a nonce of 96 bits). */
function counters(nonce: Uint8Array, first: number, count: number): Uint8Array {
	const blocks = new Uint8Array(count * blockLength);
	const view = new DataView(blocks.buffer);
	for (let word = 0; word < nonce.length; word += 4) {
		const part =
			((nonce[word] as number) << 24) |
			((nonce[word + 1] as number) << 16) |
			((nonce[word + 2] as number) << 8) |
			(nonce[word + 3] as number);
		for (let at = word; at < blocks.length; at += blockLength) view.setInt32(at, part);
	}
	for (let i = 0; i < count; i++) view.setInt32(i * blockLength + nonce.length, first + i);
	if (first === 0) blocks.fill(0, 0, blockLength);
	return blocks;
}

function tagOf(tagKeys: Uint8Array, ciphertext: Uint8Array): Uint8Array {
	const lengths = new Uint8Array(blockLength);
	new DataView(lengths.buffer).setBigUint64(8, 8n * BigInt(ciphertext.length));
	const tag = ghash
		.create(tagKeys.subarray(0, blockLength), ciphertext.length)
		.update(ciphertext)
		.update(lengths)
		.digest();
	for (let i = 0; i < tagLength; i++) tag[i] = (tag[i] as number) ^ (tagKeys[blockLength + i] as number);
	tagKeys.fill(0);
	return tag;
}
