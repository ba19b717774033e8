import {
	answeredList,
	doneLoginSchema,
	groupKeyServerOutputSchema,
	hmacKeySchema,
	identifierText,
	jwtText,
	loginChallengeResultSchema,
	prepareLoginResultSchema,
	tokenText,
} from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { envelope, json, object, route } from "./route.js";
import { userIdentifierSchema } from "./user.js";

export const authKeyProofSchema = object({
	/** Base64 of 32 bytes. */
	auth_key: tokenText,
	device_identifier: identifierText,
});
export type AuthKeyProof = z.infer<typeof authKeyProofSchema>;

export const challengeProofSchema = object({
	...authKeyProofSchema.shape,
	/** The decrypted login challenge. */
	challenge: tokenText,
});
export type ChallengeProof = z.infer<typeof challengeProofSchema>;

export const secondFactorProofSchema = object({
	...authKeyProofSchema.shape,
	/** A time-based code of 6 digits, or a recovery key. */
	token: tokenText,
});
export type SecondFactorProof = z.infer<typeof secondFactorProofSchema>;

export const verifyLoginResultSchema = object({
	user_keys: answeredList(groupKeyServerOutputSchema),
	hmac_keys: answeredList(hmacKeySchema),
	jwt: jwtText,
	refresh_token: tokenText,
});
export type VerifyLoginResult = z.infer<typeof verifyLoginResultSchema>;

export const loginRoutes = {
	prepareLogin: route({
		method: "POST",
		path: "/prepare_login",
		option: "user_prepare_login",
		jwt: "none",
		safe: true,
		body: json(userIdentifierSchema),
		result: envelope(prepareLoginResultSchema),
	}),

	doneLogin: route({
		method: "POST",
		path: "/done_login",
		option: "user_done_login",
		jwt: "none",
		body: json(authKeyProofSchema),
		result: envelope(loginChallengeResultSchema),
	}),

	validateMfa: route({
		method: "POST",
		path: "/validate_mfa",
		option: "user_done_login",
		jwt: "none",
		body: json(secondFactorProofSchema),
		result: envelope(doneLoginSchema),
	}),

	validateRecoveryKey: route({
		method: "POST",
		path: "/validate_recovery_otp",
		option: "user_done_login",
		jwt: "none",
		body: json(secondFactorProofSchema),
		result: envelope(doneLoginSchema),
	}),

	verifyLogin: route({
		method: "POST",
		path: "/verify_login",
		option: "user_done_login",
		jwt: "none",
		body: json(challengeProofSchema),
		result: envelope(verifyLoginResultSchema),
	}),
};
