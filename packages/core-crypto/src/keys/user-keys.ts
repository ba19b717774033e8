import type { Op } from "../algorithms/op.js";
import type { EncryptionSuite, SignatureSuite } from "../algorithms/types.js";
import { CryptoError } from "../errors.js";
import { findSuite, signatureSuites } from "../suites.js";
import type { GroupKeyServerOutput } from "../wire/index.js";
import { openKeyRecord, type RawKeys } from "./generation.js";
import { type Key, privateKeys, publicKeys, signKeys, symmetricKeys, verifyKeys } from "./key-string.js";
import { formatExportedVerifyKey, parsePublicKeyText } from "./public-key.js";
import { unwrapKey } from "./wrap.js";

/** One generation of a user's keys. */
export interface OpenedUserKey {
	privateKey: string;
	publicKey: string;
	groupKey: string;
	groupKeyId: string;
	/** Creation time in ms. */
	time: number;
	signKey: string;
	verifyKey: string;
	exportedPublicKey: string;
	exportedPublicKeySigKeyId?: string;
	exportedVerifyKey: string;
}

/** One generation of user keys, raw. */
export interface RawUserKey extends RawKeys {
	record: GroupKeyServerOutput;
	signKey: Key<SignatureSuite>;
	verifyKey: Key<SignatureSuite>;
}

export function* openUserKeyRecord(deviceKey: Key<EncryptionSuite>, record: GroupKeyServerOutput): Op<RawUserKey> {
	const { encrypted_sign_key, verify_key, keypair_sign_alg, keypair_sign_id: id } = record;
	if (
		typeof encrypted_sign_key !== "string" ||
		typeof verify_key !== "string" ||
		typeof keypair_sign_alg !== "string" ||
		typeof id !== "string"
	) {
		throw new CryptoError("USER_KEY_INCOMPLETE");
	}
	const opened = yield* openKeyRecord(deviceKey, record);
	const suite = findSuite(signatureSuites, keypair_sign_alg);
	const signKey = yield* unwrapKey(opened.groupKey.bytes, encrypted_sign_key, suite.secretKeyLength);
	return {
		...opened,
		record,
		signKey: { suite, id, bytes: signKey },
		verifyKey: parsePublicKeyText(signatureSuites, suite.id, verify_key, id),
	};
}

export function formatUserKeys({ record, ...keys }: RawUserKey): OpenedUserKey {
	const { public_key_sig_key_id: signatureKeyId } = record;
	return {
		privateKey: privateKeys.format(keys.privateKey),
		publicKey: publicKeys.format(keys.publicKey),
		groupKey: symmetricKeys.format(keys.groupKey),
		groupKeyId: record.group_key_id,
		time: record.time,
		signKey: signKeys.format(keys.signKey),
		verifyKey: verifyKeys.format(keys.verifyKey),
		exportedPublicKey: keys.exportedPublicKey,
		...(typeof signatureKeyId === "string" && { exportedPublicKeySigKeyId: signatureKeyId }),
		exportedVerifyKey: formatExportedVerifyKey(keys.verifyKey),
	};
}
