import { algorithmText, answeredList, tokenText } from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { envelope, object, route, success } from "./route.js";

/** A new second factor (protocol/http-api §13.4). */
export const otpRegistrationSchema = object({
	/** Base32 of 32 bytes, without padding. */
	secret: tokenText,
	/** `totp_sha256` */
	alg: algorithmText,
	/** Six recovery keys, each base32 of 32 bytes. */
	recover: answeredList(tokenText),
});
export type OtpRegistration = z.infer<typeof otpRegistrationSchema>;

/** The recovery keys that were not used yet. */
export const recoveryKeysSchema = object({ keys: answeredList(tokenText) });
export type RecoveryKeys = z.infer<typeof recoveryKeysSchema>;

export const otpRoutes = {
	registerOtp: route({
		method: "PATCH",
		path: "/user/register_otp",
		option: "user_register_otp",
		jwt: "valid",
		result: envelope(otpRegistrationSchema),
	}),

	resetOtp: route({
		method: "PATCH",
		path: "/user/reset_otp",
		option: "user_reset_otp",
		jwt: "fresh",
		result: envelope(otpRegistrationSchema),
	}),

	disableOtp: route({
		method: "PATCH",
		path: "/user/disable_otp",
		option: "user_disable_otp",
		jwt: "fresh",
		result: success,
	}),

	recoveryKeys: route({
		method: "GET",
		path: "/user/otp_recovery_keys",
		option: "user_get_otp_recovery_keys",
		jwt: "fresh",
		result: envelope(recoveryKeysSchema),
	}),
};
