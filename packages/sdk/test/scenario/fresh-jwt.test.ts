import { authenticator, PASSWORD, rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { answering, changing, fetchThrough, notFound } from "../support/between.js";
import { holdLogins, recordLogins } from "../support/logins.js";
import { enrolledUser } from "../support/second-factor.js";

const api = await startApi();
const codeOf = authenticator(api.clock);
afterAll(() => api.close());

describe("the extra login for a fresh JWT", () => {
	it("leaves no refresh token behind at the API", async () => {
		const { fetch, logins } = recordLogins();
		const { sentc, user, secret } = await enrolledUser(api, { fetch });
		await user.getOtpRecoverKeys(PASSWORD, codeOf(secret));
		await user.changePassword(PASSWORD, "new password", codeOf(secret), false, { end_sessions: "none" });
		const [own, ...extra] = logins;
		expect(extra).toHaveLength(3);
		expect(own?.refresh_token).toBe(user.user_data.refresh_token);
		for (const { jwt, refresh_token } of extra) {
			expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
		}
		expect(await sentc.refreshJwt(user.user_data.jwt, user.user_data.refresh_token)).toBeTypeOf("string");
	});

	it("works with an API that can't end sessions", async () => {
		const fetch = fetchThrough(answering("DELETE /refresh", notFound));
		const { user, secret } = await enrolledUser(api, { fetch });
		expect(await user.getOtpRecoverKeys(PASSWORD, codeOf(secret))).toHaveLength(6);
	});

	it("is not used for what was asked when the user logged out meanwhile", async () => {
		const { fetch, hold, logins, open, reached } = holdLogins();
		const { sentc, storage, user } = await signUp(api, { fetch });
		hold();
		const before = api.requests.length;
		const enrolment = rejection(user.registerRawOtp(PASSWORD));
		await reached;
		await user.logOut();
		open();
		expect(await enrolment).toMatchObject({ code: "SESSION_ENDED" });
		expect(api.requests.slice(before)).toEqual([
			"POST /api/v1/prepare_login",
			"POST /api/v1/done_login",
			"POST /api/v1/verify_login",
			"DELETE /api/v1/refresh",
			"DELETE /api/v1/refresh",
		]);
		for (const { jwt, refresh_token } of logins) {
			expect(await rejection(sentc.refreshJwt(jwt, refresh_token))).toMatchObject({ status: "server_114" });
		}
		expect(await storage.keys()).toEqual([]);
	});

	it("is refused when the API answers with another user", async () => {
		const { user: other } = await signUp(api);
		const { user_id, device_id } = other.user_data;
		let lie: Record<string, string> = {};
		const fetch = fetchThrough(
			changing<{ Direct: { device_keys: object } }>("POST /done_login", ({ Direct }) => ({
				Direct: { ...Direct, device_keys: { ...Direct.device_keys, ...lie } },
			})),
		);
		const { user } = await signUp(api, { fetch });
		for (lie of [{ user_id }, { device_id }, { user_id, device_id }]) {
			const before = api.requests.length;
			expect(await rejection(user.deleteUser(PASSWORD))).toMatchObject({ code: "ANSWER_FORGED", what: "login" });
			expect(api.requests.slice(before)).toEqual(["POST /api/v1/prepare_login", "POST /api/v1/done_login"]);
		}
	});
});
