import {
	type DoneLogin,
	doneLoginSchema,
	type LoginChallengeResult,
	loginChallengeResultSchema,
	type PrepareLoginResult,
	type PublicKeyOut,
	prepareLoginResultSchema,
	publicKeyOutSchema,
	type RegisterData,
	registerDataSchema,
	type VerifyKeyOut,
	verifyKeyOutSchema,
} from "@sentc-ts/core-crypto/wire";
import { onceSignedIn, open, signedIn, textResultSchema } from "./common.js";
import type { Route } from "./route.js";
import {
	type AuthKeyProof,
	authKeyProofSchema,
	type ChallengeProof,
	challengeProofSchema,
	type IdentifierAvailability,
	type InitResult,
	identifierAvailabilitySchema,
	initResultSchema,
	type JwtOwner,
	jwtOwnerSchema,
	type RefreshResult,
	type RefreshToken,
	type RegisterResult,
	refreshResultSchema,
	refreshTokenSchema,
	registerResultSchema,
	type SecondFactorProof,
	secondFactorProofSchema,
	type UserIdentifier,
	userIdentifierSchema,
	type VerifyLoginResult,
	verifyLoginResultSchema,
} from "./user-payloads.js";

export const exists: Route<"/exists", UserIdentifier, IdentifierAvailability> = {
	...open,
	method: "POST",
	path: "/exists",
	option: "user_exists",
	body: userIdentifierSchema,
	result: identifierAvailabilitySchema,
};

export const register: Route<"/register", RegisterData, RegisterResult> = {
	...open,
	method: "POST",
	path: "/register",
	option: "user_register",
	body: registerDataSchema,
	result: registerResultSchema,
};

export const prepareLogin: Route<"/prepare_login", UserIdentifier, PrepareLoginResult> = {
	...open,
	method: "POST",
	path: "/prepare_login",
	option: "user_prepare_login",
	body: userIdentifierSchema,
	result: prepareLoginResultSchema,
};

export const doneLogin: Route<"/done_login", AuthKeyProof, LoginChallengeResult> = {
	...open,
	method: "POST",
	path: "/done_login",
	option: "user_done_login",
	body: authKeyProofSchema,
	result: loginChallengeResultSchema,
};

export const validateMfa: Route<"/validate_mfa", SecondFactorProof, DoneLogin> = {
	...open,
	method: "POST",
	path: "/validate_mfa",
	option: "user_done_login",
	body: secondFactorProofSchema,
	result: doneLoginSchema,
};

export const validateRecoveryKey: Route<"/validate_recovery_otp", SecondFactorProof, DoneLogin> = {
	...open,
	method: "POST",
	path: "/validate_recovery_otp",
	option: "user_done_login",
	body: secondFactorProofSchema,
	result: doneLoginSchema,
};

export const verifyLogin: Route<"/verify_login", ChallengeProof, VerifyLoginResult> = {
	...open,
	method: "POST",
	path: "/verify_login",
	option: "user_done_login",
	body: challengeProofSchema,
	result: verifyLoginResultSchema,
};

export const refresh: Route<"/refresh", RefreshToken, RefreshResult> = {
	...onceSignedIn,
	method: "PUT",
	path: "/refresh",
	option: "user_jwt_refresh",
	body: refreshTokenSchema,
	result: refreshResultSchema,
};

/** Not part of the reference: ends the session of a refresh token, as a log out does. */
export const endSession: Route<"/refresh", RefreshToken, string> = {
	...onceSignedIn,
	method: "DELETE",
	path: "/refresh",
	option: "user_jwt_refresh",
	body: refreshTokenSchema,
	result: textResultSchema,
};

export const init: Route<"/init", RefreshToken, InitResult> = {
	...onceSignedIn,
	method: "POST",
	path: "/init",
	option: "user_jwt_refresh",
	body: refreshTokenSchema,
	result: initResultSchema,
};

export const jwtOwner: Route<"/user/jwt", never, JwtOwner> = {
	...signedIn,
	method: "GET",
	path: "/user/jwt",
	option: "secret",
	body: null,
	result: jwtOwnerSchema,
};

export const userPublicKey: Route<"/user/:user_id/public_key", never, PublicKeyOut> = {
	...open,
	method: "GET",
	path: "/user/:user_id/public_key",
	option: "user_public_data",
	body: null,
	result: publicKeyOutSchema,
};

export const userPublicKeyById: Route<"/user/:user_id/public_key/:key_id", never, PublicKeyOut> = {
	...open,
	method: "GET",
	path: "/user/:user_id/public_key/:key_id",
	option: "user_public_data",
	body: null,
	result: publicKeyOutSchema,
};

export const userVerifyKey: Route<"/user/:user_id/verify_key/:key_id", never, VerifyKeyOut> = {
	...open,
	method: "GET",
	path: "/user/:user_id/verify_key/:key_id",
	option: "user_public_data",
	body: null,
	result: verifyKeyOutSchema,
};
