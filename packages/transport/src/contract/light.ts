import { type DeviceRegisterData, deviceRegisterDataSchema } from "@sentc-ts/core-crypto/wire";
import { open, signedIn, textResultSchema } from "./common.js";
import { type ForcedLightLogin, forcedLightLoginSchema } from "./forced-payloads.js";
import {
	type DoneRegisterLightDevice,
	doneRegisterLightDeviceSchema,
	type LightSession,
	lightSessionSchema,
} from "./light-payloads.js";
import type { Route } from "./route.js";
import {
	type ChallengeProof,
	challengeProofSchema,
	type RegisterResult,
	registerResultSchema,
	type UserIdentifier,
	userIdentifierSchema,
} from "./user-payloads.js";

export const register: Route<"/register_light", DeviceRegisterData, RegisterResult> = {
	...open,
	method: "POST",
	path: "/register_light",
	option: "user_register",
	body: deviceRegisterDataSchema,
	result: registerResultSchema,
};

export const verifyLogin: Route<"/verify_login_light", ChallengeProof, LightSession> = {
	...open,
	method: "POST",
	path: "/verify_login_light",
	option: "user_done_login",
	body: challengeProofSchema,
	result: lightSessionSchema,
};

export const doneRegisterDevice: Route<"/user/done_register_device_light", DoneRegisterLightDevice, string> = {
	...signedIn,
	method: "PUT",
	path: "/user/done_register_device_light",
	option: "user_device_register",
	body: doneRegisterLightDeviceSchema,
	result: textResultSchema,
};

export const resetPassword: Route<"/user/reset_pw_light", DeviceRegisterData, string> = {
	...open,
	method: "PUT",
	path: "/user/reset_pw_light",
	option: "secret",
	body: deviceRegisterDataSchema,
	result: textResultSchema,
};

export const forcedLogin: Route<"/user/forced/login_light", UserIdentifier, ForcedLightLogin> = {
	...open,
	method: "POST",
	path: "/user/forced/login_light",
	option: "secret",
	body: userIdentifierSchema,
	result: forcedLightLoginSchema,
};
