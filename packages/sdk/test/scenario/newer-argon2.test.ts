import { authenticator, freshName, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { newerAccount } from "../support/newer-argon2.js";

const api = await startApi();
afterAll(() => api.close());

const REFUSED = { status: "server_112" };
const DONE_LOGIN = "POST /api/v1/done_login";

const loginElsewhere = async (name: string, password: string) =>
	(await startSentc(api)).sentc.login(name, password, true);

describe("an account that was made at the newer Argon2id cost", () => {
	it("is refused like a wrong password, unless accept_newer_argon2 says otherwise", async () => {
		const name = await newerAccount(api);
		expect(await rejection(loginElsewhere(name, PASSWORD))).toMatchObject(REFUSED);
		const { sentc } = await startSentc(api, { accept_newer_argon2: true });
		const user = await sentc.login(name, PASSWORD, true);
		expect(await user.createGroup()).toBeTypeOf("string");
	});

	it("has fresh logins, MFA and password changes, too", async () => {
		const name = await newerAccount(api);
		const { sentc } = await startSentc(api, { accept_newer_argon2: true });
		const user = await sentc.login(name, PASSWORD, true);
		const { secret } = await user.registerRawOtp(PASSWORD);
		const login = await sentc.login(name, PASSWORD);
		if (login.kind !== "mfa") throw new Error("The API asked for no second factor");
		const again = await sentc.mfaLogin(authenticator(api.clock)(secret), login.u);
		await again.changePassword(PASSWORD, "battery staple", authenticator(api.clock)(secret));
		await again.disableOtp("battery staple", authenticator(api.clock)(secret));
		// What this SDK writes has the cost of the shipped clients.
		await loginElsewhere(name, "battery staple");
	});

	it("is tried once, and only after a refused password", async () => {
		const { name } = await signUp(api);
		const { sentc } = await startSentc(api, { accept_newer_argon2: true });
		const refused = await api.requestsOf(async () => {
			expect(await rejection(sentc.login(name, "wrong"))).toMatchObject(REFUSED);
		});
		expect(refused).toEqual(["POST /api/v1/prepare_login", DONE_LOGIN, DONE_LOGIN]);
		const others = await api.requestsOf(async () => {
			expect(await rejection(sentc.login(freshName(), PASSWORD))).toMatchObject({ status: "server_100" });
			await sentc.login(name, PASSWORD);
		});
		expect(others.filter((request) => request === DONE_LOGIN)).toHaveLength(2);
	});
});
