import { deviceRegisterDataSchema, jwtText, rankNumber, tokenText } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { challengeProofSchema } from "./login.js";
import { envelope, json, object, route, success } from "./route.js";
import { registerResultSchema } from "./user.js";

/** Session of a user without user keys. */
export const lightSessionSchema = object({ jwt: jwtText, refresh_token: tokenText });
export type LightSession = z.infer<typeof lightSessionSchema>;

export const doneRegisterLightDeviceSchema = object({
	user_group: object({ rank: z.nullish(rankNumber) }),
	token: tokenText,
});
export type DoneRegisterLightDevice = z.infer<typeof doneRegisterLightDeviceSchema>;

export const lightRoutes = {
	register: route({
		method: "POST",
		path: "/register_light",
		option: "user_register",
		jwt: "none",
		body: json(deviceRegisterDataSchema),
		result: envelope(registerResultSchema),
	}),

	verifyLogin: route({
		method: "POST",
		path: "/verify_login_light",
		option: "user_done_login",
		jwt: "none",
		body: json(challengeProofSchema),
		result: envelope(lightSessionSchema),
	}),

	doneRegisterDevice: route({
		method: "PUT",
		path: "/user/done_register_device_light",
		option: "user_device_register",
		jwt: "valid",
		body: json(doneRegisterLightDeviceSchema),
		result: success,
	}),

	resetPassword: route({
		method: "PUT",
		path: "/user/reset_pw_light",
		option: "secret",
		jwt: "none",
		body: json(deviceRegisterDataSchema),
		result: success,
	}),
};
