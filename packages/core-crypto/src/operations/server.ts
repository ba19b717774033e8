import * as z from "zod/mini";
import { hashAuthKey, createSalt as saltOf } from "../algorithms/argon2id.js";
import { decodeBase64, decodeBase64Exactly, encodeBase64 } from "../encoding/base64.js";
import { equalBytes } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError, InvalidInput } from "../errors.js";
import { parsePublicKeyText } from "../keys/public-key.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites, signatureSuites } from "../suites.js";
import type {
	CheckPublicKeyInput,
	CreateLoginChallengeInput,
	CreateSaltInput,
	EncryptEphemeralKeyInput,
	VerifyAuthKeyInput,
} from "./types.js";
import { wrapKeyFor } from "./wrap.js";

/** protocol/crypto §3.10. */
export function createSalt(primitives: Primitives, { clientRandomValue, addString }: CreateSaltInput): string {
	const random = decodeBase64Exactly(16, clientRandomValue, "CLIENT_RANDOM_VALUE_INVALID");
	return encodeBase64(saltOf(primitives, random, encodeUtf8(addString, "addString")));
}

/** protocol/crypto §6.3. */
export function createLoginChallenge(
	primitives: Primitives,
	{ publicKeyString, algorithm, challenge }: CreateLoginChallengeInput,
): string {
	const publicKey = parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
	return wrapKeyFor(primitives, publicKey, encodeUtf8(challenge, "challenge"));
}

/** protocol/crypto §7.4. The ephemeral key stays sealed by the previous key: this is a second layer around it. */
export function encryptEphemeralKey(
	primitives: Primitives,
	{ publicKeyString, algorithm, encryptedEphemeralKey }: EncryptEphemeralKeyInput,
): string {
	const publicKey = parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
	return wrapKeyFor(primitives, publicKey, decodeBase64(encryptedEphemeralKey, "KEY_ROTATION_INVALID"));
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

/** protocol/crypto §7.4.2. */
export function encryptEphemeralKeys(
	primitives: Primitives,
	{ encryptedEphemeralKey, recipients }: EncryptEphemeralKeysInput,
): EncryptedEphemeralKey[] {
	return requireShape(recipientsSchema, recipients, "recipients").map((recipient) => {
		try {
			const encrypted = encryptEphemeralKey(primitives, { ...recipient, encryptedEphemeralKey });
			return { encryptedEphemeralKey: encrypted, error: null };
		} catch (error) {
			if (!(error instanceof CryptoError)) throw error;
			return { encryptedEphemeralKey: "", error: error.errorMessage };
		}
	});
}

/** protocol/crypto §11. */
export function verifyAuthKey(primitives: Primitives, input: VerifyAuthKeyInput): boolean {
	const authKey = decodeBase64Exactly(32, input.authKey, "AUTH_KEY_INVALID");
	const expected = decodeBase64Exactly(16, input.hashedAuthenticationKey, "HASHED_AUTH_KEY_INVALID");
	return equalBytes(hashAuthKey(primitives, authKey), expected);
}

export function checkPublicKey(_: Primitives, { publicKeyString, algorithm, use }: CheckPublicKeyInput): void {
	if (use === "encrypt") parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, "");
	else if (use === "sign") parsePublicKeyText(signatureSuites, algorithm, publicKeyString, "");
	else throw new InvalidInput("use", 'must be "encrypt" or "sign"');
}
