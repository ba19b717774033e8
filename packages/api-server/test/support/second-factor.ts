import type { DoneLogin } from "@sentc-ts/core-crypto/wire";
import { codeAt, STEP } from "@sentc-ts/test-world";
import { loginRoutes, type OtpRegistration, otpRoutes } from "@sentc-ts/transport/contract";
import { type Answer, call, result, type Target } from "./api.js";
import { answerChallenge, finishLogin, loginKeysOf, type Session } from "./client.js";

type Proof = "validateMfa" | "validateRecoveryKey";

/** A code that is not right in any step that counts at a time (ms). */
export function wrongCode(secret: string, time: number): string {
	const right = [-STEP, 0, STEP].map((offset) => codeAt(secret, time + offset));
	return ["000000", "111111", "222222", "333333"].find((code) => !right.includes(code)) ?? "";
}

export async function registerOtp(server: Target, { jwt }: Pick<Session, "jwt">): Promise<OtpRegistration> {
	return result(call(server, otpRoutes.registerOtp, { jwt }));
}

/** Sends the password's proof with a code or, by the other route, a recovery key. */
export async function prove(
	server: Target,
	identifier: string,
	token: string,
	route: Proof = "validateMfa",
): Promise<Answer<DoneLogin>> {
	const { authKey } = await loginKeysOf(server, identifier);
	return call(server, loginRoutes[route], { body: { auth_key: authKey, device_identifier: identifier, token } });
}

/** A complete login with a second factor. */
export async function loginWith(server: Target, identifier: string, token: string, route?: Proof): Promise<Session> {
	const done = await result(prove(server, identifier, token, route));
	return finishLogin(server, answerChallenge(identifier, await loginKeysOf(server, identifier), done));
}
