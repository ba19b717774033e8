import {
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type HmacKey,
	hmacKeySchema,
	timeSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";

export interface UserIdentifier {
	user_identifier: string;
}
export const userIdentifierSchema: z.ZodMiniType<UserIdentifier> = z.object({ user_identifier: z.string() });

export interface IdentifierAvailability {
	user_identifier: string;
	available: boolean;
}
export const identifierAvailabilitySchema: z.ZodMiniType<IdentifierAvailability> = z.object({
	user_identifier: z.string(),
	available: z.boolean(),
});

export interface RegisterResult {
	user_id: string;
	device_id: string;
	device_identifier: string;
}
export const registerResultSchema: z.ZodMiniType<RegisterResult> = z.object({
	user_id: z.string(),
	device_id: z.string(),
	device_identifier: z.string(),
});

export interface AuthKeyProof {
	/** Base64 of 32 bytes. */
	auth_key: string;
	device_identifier: string;
}
export const authKeyProofSchema: z.ZodMiniType<AuthKeyProof> = z.object({
	auth_key: z.string(),
	device_identifier: z.string(),
});

export interface ChallengeProof extends AuthKeyProof {
	/** The decrypted login challenge. */
	challenge: string;
}
export const challengeProofSchema: z.ZodMiniType<ChallengeProof> = z.object({
	auth_key: z.string(),
	device_identifier: z.string(),
	challenge: z.string(),
});

export interface SecondFactorProof extends AuthKeyProof {
	/** A time-based code of 6 digits, or a recovery key. */
	token: string;
}
export const secondFactorProofSchema: z.ZodMiniType<SecondFactorProof> = z.object({
	auth_key: z.string(),
	device_identifier: z.string(),
	token: z.string(),
});

export interface VerifyLoginResult {
	user_keys: GroupKeyServerOutput[];
	hmac_keys: HmacKey[];
	jwt: string;
	refresh_token: string;
}
export const verifyLoginResultSchema: z.ZodMiniType<VerifyLoginResult> = z.object({
	user_keys: z.array(groupKeyServerOutputSchema),
	hmac_keys: z.array(hmacKeySchema),
	jwt: z.string(),
	refresh_token: z.string(),
});

export interface RefreshToken {
	refresh_token: string;
}
export const refreshTokenSchema: z.ZodMiniType<RefreshToken> = z.object({ refresh_token: z.string() });

export interface RefreshResult {
	user_id: string;
	jwt: string;
	device_id: string;
}
export const refreshResultSchema: z.ZodMiniType<RefreshResult> = z.object({
	user_id: z.string(),
	jwt: z.string(),
	device_id: z.string(),
});

export interface GroupInvite {
	group_id: string;
	time: number;
}
export interface InitResult {
	jwt: string;
	invites: GroupInvite[];
}
export const initResultSchema: z.ZodMiniType<InitResult> = z.object({
	jwt: z.string(),
	invites: z.array(z.object({ group_id: z.string(), time: timeSchema })),
});

export interface JwtOwner {
	/** User id. */
	id: string;
	device_id: string;
}
export const jwtOwnerSchema: z.ZodMiniType<JwtOwner> = z.object({ id: z.string(), device_id: z.string() });
