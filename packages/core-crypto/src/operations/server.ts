import * as z from "zod/mini";
import { hashAuthKey, loginSalt } from "../algorithms/argon2id.js";
import { each, type Op } from "../algorithms/op.js";
import { encodeBase64, parseBase64, parseBase64Exactly } from "../encoding/base64.js";
import { equalBytes } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError, InvalidInput } from "../errors.js";
import { parsePublicKeyText } from "../keys/public-key.js";
import { wrapKeyFor } from "../keys/wrap.js";
import { encryptionSuites, signatureSuites } from "../suites.js";

export interface CreateSaltInput {
	/** base64 of 16 bytes. */
	clientRandomValue: string;
	/** Empty for accounts that exist, the identifier for those that don't. */
	addString: string;
}

/**
 * Server: the login salt, base64 of 32 bytes (protocol/crypto §3.10).
 *
 * @throws CryptoError `CLIENT_RANDOM_VALUE_INVALID`
 */
export function* createSalt({ clientRandomValue, addString }: CreateSaltInput): Op<string> {
	const random = parseBase64Exactly(16, clientRandomValue, "CLIENT_RANDOM_VALUE_INVALID");
	return encodeBase64(yield* loginSalt(random, encodeUtf8(addString, "addString")));
}

export interface CreateLoginChallengeInput {
	/** The device's public key: PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	/** Random base64url text, not of 32 characters, that the device has to send back. */
	challenge: string;
}

/**
 * Server: the challenge encrypted for the device, base64 (protocol/crypto §6.3).
 *
 * @throws CryptoError like {@link checkPublicKey} · `ENCRYPTION_FAILED` for a public key that can't be used
 */
export function* createLoginChallenge({
	publicKeyString,
	algorithm,
	challenge,
}: CreateLoginChallengeInput): Op<string> {
	const publicKey = parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
	return yield* wrapKeyFor(publicKey, encodeUtf8(challenge, "challenge"));
}

/** Public key of a device, user or group that gets a rotated key. */
export interface RotationRecipient {
	/** PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
}

export interface EncryptEphemeralKeysInput {
	/** base64, as the rotation's starter sent it. */
	encryptedEphemeralKey: string;
	recipients: RotationRecipient[];
}

/** What one recipient gets. */
export interface EncryptedEphemeralKey {
	/** base64; empty when there is an error. */
	encryptedEphemeralKey: string;
	/** Why the recipient's public key can't be used, as a sentence for people. */
	error: string | null;
}

const recipientsSchema = z.array(z.object({ publicKeyString: z.string(), algorithm: z.string() }));

/**
 * Server: the ephemeral key of a rotation for many recipients, in the same order (protocol/crypto §7.4.2). It stays sealed by the
 * previous key: this is a second layer around it. A public key that can't be used is an error of its recipient alone.
 */
export function* encryptEphemeralKeys({
	encryptedEphemeralKey,
	recipients,
}: EncryptEphemeralKeysInput): Op<EncryptedEphemeralKey[]> {
	const list = requireShape(recipientsSchema, recipients, "recipients");
	return yield* each(list, function* ({ publicKeyString, algorithm }) {
		try {
			const publicKey = parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
			const bytes = parseBase64(encryptedEphemeralKey, "KEY_ROTATION_INVALID");
			return { encryptedEphemeralKey: yield* wrapKeyFor(publicKey, bytes), error: null };
		} catch (error) {
			if (!(error instanceof CryptoError)) throw error;
			return { encryptedEphemeralKey: "", error: error.errorMessage };
		}
	});
}

export interface VerifyAuthKeyInput {
	/** base64 of 32 bytes, as sent by the client. */
	authKey: string;
	/** base64 of 16 bytes, as stored. */
	hashedAuthenticationKey: string;
}

/**
 * Server: does the key fit the stored hash? Compares in constant time (protocol/crypto §11).
 *
 * @throws CryptoError `AUTH_KEY_INVALID`, `HASHED_AUTH_KEY_INVALID`
 */
export function* verifyAuthKey(input: VerifyAuthKeyInput): Op<boolean> {
	const authKey = parseBase64Exactly(32, input.authKey, "AUTH_KEY_INVALID");
	const expected = parseBase64Exactly(16, input.hashedAuthenticationKey, "HASHED_AUTH_KEY_INVALID");
	return equalBytes(yield* hashAuthKey(authKey), expected);
}

export interface CheckPublicKeyInput {
	/** PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	use: "encrypt" | "sign";
}

/**
 * Server: throws unless the text is a public key of the algorithm.
 *
 * @throws CryptoError `UNKNOWN_ALGORITHM`, `JSON_INVALID`, `PEM_INVALID`, `KEY_LENGTH`, `PUBLIC_KEY_INVALID`
 */
export function checkPublicKey({ publicKeyString, algorithm, use }: CheckPublicKeyInput): void {
	if (use === "encrypt") parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
	else if (use === "sign") parsePublicKeyText(signatureSuites, algorithm, publicKeyString, "");
	else throw new InvalidInput("use", 'must be "encrypt" or "sign"');
}
