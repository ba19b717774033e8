import {
	type DeviceRegisterData,
	deviceRegisterDataSchema,
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type LoginChallengeResult,
	loginChallengeResultSchema,
	type NewMemberKey,
	newMemberKeySchema,
	type PrepareLoginResult,
	type PublicKeyOut,
	prepareLoginResultSchema,
	publicKeyOutSchema,
	type RegisterData,
	registerDataSchema,
	type VerifyKeyOut,
	verifyKeyOutSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { textResultSchema } from "./common.js";
import type { Route } from "./route.js";
import {
	type AuthKeyProof,
	authKeyProofSchema,
	type ChallengeProof,
	challengeProofSchema,
	type DeviceRegisterResult,
	type DoneRegisterDevice,
	deviceRegisterResultSchema,
	doneRegisterDeviceSchema,
	type IdentifierAvailability,
	type InitResult,
	identifierAvailabilitySchema,
	initResultSchema,
	type JwtOwner,
	jwtOwnerSchema,
	type KeysAccepted,
	keysAcceptedSchema,
	type RefreshResult,
	type RefreshToken,
	type RegisterResult,
	refreshResultSchema,
	refreshTokenSchema,
	registerResultSchema,
	type UserIdentifier,
	userIdentifierSchema,
	type VerifyLoginResult,
	verifyLoginResultSchema,
} from "./user-payloads.js";

const open = { groupAccess: false, jwt: "none" } as const;
const signedIn = { groupAccess: false, jwt: "valid" } as const;

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

export const verifyLogin: Route<"/verify_login", ChallengeProof, VerifyLoginResult> = {
	...open,
	method: "POST",
	path: "/verify_login",
	option: "user_done_login",
	body: challengeProofSchema,
	result: verifyLoginResultSchema,
};

export const refresh: Route<"/refresh", RefreshToken, RefreshResult> = {
	method: "PUT",
	path: "/refresh",
	option: "user_jwt_refresh",
	jwt: "expired-allowed",
	groupAccess: false,
	body: refreshTokenSchema,
	result: refreshResultSchema,
};

export const init: Route<"/init", RefreshToken, InitResult> = {
	method: "POST",
	path: "/init",
	option: "user_jwt_refresh",
	jwt: "expired-allowed",
	groupAccess: false,
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

export const prepareRegisterDevice: Route<"/user/prepare_register_device", DeviceRegisterData, DeviceRegisterResult> = {
	...open,
	method: "POST",
	path: "/user/prepare_register_device",
	option: "user_device_register",
	body: deviceRegisterDataSchema,
	result: deviceRegisterResultSchema,
};

export const doneRegisterDevice: Route<"/user/done_register_device", DoneRegisterDevice, KeysAccepted> = {
	...signedIn,
	method: "PUT",
	path: "/user/done_register_device",
	option: "user_device_register",
	body: doneRegisterDeviceSchema,
	result: keysAcceptedSchema,
};

export const uploadDeviceKeys: Route<"/user/user_keys/session/:session_id", NewMemberKey[], string> = {
	...signedIn,
	method: "PUT",
	path: "/user/user_keys/session/:session_id",
	option: "open",
	body: z.array(newMemberKeySchema),
	result: textResultSchema,
};

export const userKey: Route<"/user/user_keys/key/:key_id", never, GroupKeyServerOutput> = {
	...signedIn,
	method: "GET",
	path: "/user/user_keys/key/:key_id",
	option: "user_done_login",
	body: null,
	result: groupKeyServerOutputSchema,
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
