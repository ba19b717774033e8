import type { Op } from "../algorithms/op.js";
import type { EncryptionSuite, SecretSuite, SignatureSuite } from "../algorithms/types.js";
import { CryptoError } from "../errors.js";
import { searchableSuites } from "../suites.js";
import type { GroupKeyServerOutput, HmacKey } from "../wire/index.js";
import { openKeyRecord, type SignatureState } from "./generation.js";
import { parseSignature } from "./halves.js";
import { type Key, privateKeys, publicKeys, searchableKeys, symmetricKeys } from "./key-string.js";
import { unwrapSecretKey } from "./wrap.js";

/** One generation of a group's keys. */
export interface OpenedGroupKey {
	groupKey: string;
	groupKeyId: string;
	privateGroupKey: string;
	publicGroupKey: string;
	exportedPublicKey: string;
	/** Creation time in ms. */
	time: number;
	signature: SignatureState;
	/** Who made the signature: the server's word, until it is verified. Missing when nobody is named, or nothing is signed. */
	signedBy?: { userId: string; verifyKeyId: string };
}

export function* openGroupKeyRecord(
	privateKey: Key<EncryptionSuite>,
	record: GroupKeyServerOutput,
	verifyKey: (() => Key<SignatureSuite>) | undefined,
	requireSignature: boolean,
): Op<OpenedGroupKey> {
	const opened = yield* openKeyRecord(privateKey, record);
	const signature = yield* checkGroupKeySignature(
		opened.groupKey.bytes,
		record.group_key_sig,
		verifyKey,
		requireSignature,
	);
	const { signed_by_user_id: userId, signed_by_user_sign_key_id: verifyKeyId } = record;
	return {
		groupKey: symmetricKeys.format(opened.groupKey),
		groupKeyId: record.group_key_id,
		privateGroupKey: privateKeys.format(opened.privateKey),
		publicGroupKey: publicKeys.format(opened.publicKey),
		exportedPublicKey: opened.exportedPublicKey,
		time: record.time,
		signature,
		...(signature !== "none" && userId && verifyKeyId && { signedBy: { userId, verifyKeyId } }),
	};
}

/**
 * The signature covers the plain group key, so it outlives wrapping for other members (protocol/crypto §7.1, step 5). One that can't
 * be read, or whose verify key can't be, is a wrong one.
 *
 * @throws CryptoError `GROUP_KEY_VERIFICATION_FAILED` · `SIGNATURE_REQUIRED` when `required` and there is nothing that was verified
 */
export function* checkGroupKeySignature(
	groupKey: Uint8Array,
	signature: GroupKeyServerOutput["group_key_sig"],
	verifyKey: (() => Key<SignatureSuite>) | undefined,
	required: boolean,
): Op<SignatureState> {
	const state = yield* signatureState(groupKey, signature, verifyKey);
	if (required && state !== "verified") throw new CryptoError("SIGNATURE_REQUIRED");
	return state;
}

function* signatureState(
	groupKey: Uint8Array,
	signature: GroupKeyServerOutput["group_key_sig"],
	verifyKey: (() => Key<SignatureSuite>) | undefined,
): Op<SignatureState> {
	if (typeof signature !== "string") return "none";
	if (verifyKey === undefined) return "unverified";
	let right: boolean;
	try {
		const { suite, bytes } = verifyKey();
		right = yield* suite.verify(bytes, groupKey, parseSignature(suite, signature));
	} catch (cause) {
		if (!(cause instanceof CryptoError)) throw cause;
		throw new CryptoError("GROUP_KEY_VERIFICATION_FAILED", cause);
	}
	if (!right) throw new CryptoError("GROUP_KEY_VERIFICATION_FAILED");
	return "verified";
}

/** Key string of a searchable key. */
export function* openHmacRecord(
	{ bytes }: Key<SecretSuite>,
	{ id, encrypted_hmac_alg: algorithm, encrypted_hmac_key: text }: HmacKey,
): Op<string> {
	return searchableKeys.format(yield* unwrapSecretKey(bytes, searchableSuites, { id, algorithm, text }));
}
