import {
	type ChangePasswordData,
	changePasswordDataSchema,
	type ResetPasswordData,
	resetPasswordDataSchema,
} from "@sentc-ts/core-crypto/wire";
import {
	type OtpRegistration,
	otpRegistrationSchema,
	type RecoveryKeys,
	recoveryKeysSchema,
} from "./account-payloads.js";
import { freshlySignedIn, signedIn, textResultSchema } from "./common.js";
import type { Route } from "./route.js";
import { type UserIdentifier, userIdentifierSchema } from "./user-payloads.js";

export const updateIdentifier: Route<"/user", UserIdentifier, string> = {
	...signedIn,
	method: "PUT",
	path: "/user",
	option: "user_update",
	body: userIdentifierSchema,
	result: textResultSchema,
};

export const deleteUser: Route<"/user", never, string> = {
	...freshlySignedIn,
	method: "DELETE",
	path: "/user",
	option: "user_delete",
	body: null,
	result: textResultSchema,
};

export const changePassword: Route<"/user/update_pw", ChangePasswordData, string> = {
	...freshlySignedIn,
	method: "PUT",
	path: "/user/update_pw",
	option: "user_change_password",
	body: changePasswordDataSchema,
	result: textResultSchema,
};

export const resetPassword: Route<"/user/reset_pw", ResetPasswordData, string> = {
	...signedIn,
	method: "PUT",
	path: "/user/reset_pw",
	option: "user_reset_password",
	body: resetPasswordDataSchema,
	result: textResultSchema,
};

export const registerOtp: Route<"/user/register_otp", never, OtpRegistration> = {
	...signedIn,
	method: "PATCH",
	path: "/user/register_otp",
	option: "user_register_otp",
	body: null,
	result: otpRegistrationSchema,
};

export const resetOtp: Route<"/user/reset_otp", never, OtpRegistration> = {
	...freshlySignedIn,
	method: "PATCH",
	path: "/user/reset_otp",
	option: "user_reset_otp",
	body: null,
	result: otpRegistrationSchema,
};

export const disableOtp: Route<"/user/disable_otp", never, string> = {
	...freshlySignedIn,
	method: "PATCH",
	path: "/user/disable_otp",
	option: "user_disable_otp",
	body: null,
	result: textResultSchema,
};

export const recoveryKeys: Route<"/user/otp_recovery_keys", never, RecoveryKeys> = {
	...freshlySignedIn,
	method: "GET",
	path: "/user/otp_recovery_keys",
	option: "user_get_otp_recovery_keys",
	body: null,
	result: recoveryKeysSchema,
};
