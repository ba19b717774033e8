import { type ClientOptions, PASSWORD, type Person, type ServedApi, signUp } from "@sentc-ts/test-world";
import type { SentcClient, UserMfaLogin } from "../../src/index.js";

/** A new user with a second factor. */
export async function enrolledUser(
	api: ServedApi,
	options?: ClientOptions,
): Promise<Person & { secret: string; recover: string[] }> {
	const person = await signUp(api, options);
	return { ...person, ...(await person.user.registerRawOtp(PASSWORD)) };
}

/** A login of such a user, as far as the password leads. */
export async function startMfaLogin(sentc: SentcClient, name: string): Promise<UserMfaLogin> {
	const login = await sentc.login(name, PASSWORD);
	if (login.kind !== "mfa") throw new Error("The API asked for no second factor");
	return login.u;
}
