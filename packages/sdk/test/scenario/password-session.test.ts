import { addDevice, PASSWORD, rejection, signUp, startApi, startSentc, withExpiringJwt } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it, vi } from "vitest";
import {
	REFRESH_ENDPOINT,
	RefreshTokenNotTaken,
	type SentcClient,
	SentcError,
	type User,
	type UserData,
} from "../../src/index.js";
import { answering, fetchThrough, losing, notFound, routeOf, untouched } from "../support/between.js";
import { holdLogins } from "../support/logins.js";
import { FailingStorage } from "../support/storages.js";

const api = await startApi();
afterAll(() => api.close());

const NEW_PASSWORD = `${PASSWORD} 2`;

const loginElsewhere = async (name: string, password: string): Promise<User> =>
	(await startSentc(api)).sentc.login(name, password, true);

/** Also of a session that goes on: the token stays what it is. */
const canRefresh = (sentc: SentcClient, { jwt, refresh_token }: Pick<UserData, "jwt" | "refresh_token">) =>
	sentc.refreshJwt(jwt, refresh_token).then(
		() => true,
		() => false,
	);

describe("the session of a changed password", () => {
	it("is a new one, and all others have ended unless the app says otherwise", async () => {
		for (const [end_sessions, thisDevice, otherDevice] of [
			[undefined, false, false],
			["all", false, false],
			["device", false, true],
			["none", true, true],
		] as const) {
			const { sentc, name, user } = await signUp(api);
			const { user: phone } = await addDevice(api, user);
			const again = await loginElsewhere(name, PASSWORD);
			const before = { ...user.user_data };
			await user.changePassword(PASSWORD, NEW_PASSWORD, "", false, end_sessions && { end_sessions });
			expect(await canRefresh(sentc, user.user_data)).toBe(true);
			expect(await canRefresh(sentc, before)).toBe(end_sessions === "none");
			expect(await canRefresh(sentc, again.user_data)).toBe(thisDevice);
			expect(await canRefresh(sentc, phone.user_data)).toBe(otherDevice);
			await user.createGroup();
		}
	});

	it("takes the place of the one before also at an API that ends none, as the reference's", async () => {
		const fetch = fetchThrough(async (request, send) => {
			if (routeOf(request) !== "PUT /user/update_pw") return send();
			const { end_sessions, ...body } = (await request.json()) as Record<string, unknown>;
			expect(end_sessions).toBe("all");
			const { headers, method, url } = request;
			return globalThis.fetch(url, { headers, method, body: JSON.stringify(body) });
		});
		const { sentc, name, user } = await signUp(api, { fetch });
		const other = await loginElsewhere(name, PASSWORD);
		const before = { ...user.user_data };
		await user.changePassword(PASSWORD, NEW_PASSWORD);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		expect(await canRefresh(sentc, before)).toBe(false);
		expect(await canRefresh(sentc, other.user_data)).toBe(true);
	});

	it.each([
		["the API refuses the change", answering("PUT /user/update_pw", notFound), PASSWORD],
		["the answer to the change is lost", losing("PUT /user/update_pw"), NEW_PASSWORD],
	])("goes on, over a reload, too, when %s", async (_, through, password) => {
		const { sentc, name, storage, user } = await signUp(api, { fetch: fetchThrough(through) });
		const before = { ...user.user_data };
		expect(await rejection(user.changePassword(PASSWORD, NEW_PASSWORD))).toBeInstanceOf(SentcError);
		expect(await canRefresh(sentc, before)).toBe(false);
		expect(await user.createGroup()).toBeTypeOf("string");
		const { sentc: reloaded } = await startSentc(api, { storage });
		expect(reloaded.resumeError).toBeUndefined();
		await loginElsewhere(name, password);
	});

	it("stays the one before when the storage fails: so does the password", async () => {
		const storage = new FailingStorage();
		const { sentc, name, user } = await signUp(api, { storage });
		const before = { ...user.user_data };
		storage.room = 0;
		expect(await rejection(user.changePassword(PASSWORD, NEW_PASSWORD))).toMatchObject({ code: "STORAGE_FAILED" });
		expect(await canRefresh(sentc, before)).toBe(true);
		expect(await canRefresh(sentc, user.user_data)).toBe(true);
		await loginElsewhere(name, PASSWORD);
	});

	it("is not left behind when the user logs out meanwhile: nothing is changed", async () => {
		const { fetch, hold, logins, open, reached } = holdLogins();
		const { sentc, name, storage, user } = await signUp(api, { fetch });
		hold();
		const change = rejection(user.changePassword(PASSWORD, NEW_PASSWORD));
		await reached;
		await user.logOut();
		open();
		expect(await change).toMatchObject({ code: "SESSION_ENDED" });
		expect(logins).toHaveLength(2);
		for (const tokens of logins) expect(await canRefresh(sentc, tokens)).toBe(false);
		expect(await storage.keys()).toEqual([]);
		await loginElsewhere(name, PASSWORD);
	});
});

describe("where the developer keeps the refresh token", () => {
	/** @param take the developer's function for new refresh tokens, if there is one */
	async function ownSession(take?: (kept: { token: string }, token: string) => void, through = untouched) {
		const { sentc: plain } = await startSentc(api);
		const kept = { token: "" };
		const handed: [token: string, jwt: string][] = [];
		const refresh = {
			endpoint: REFRESH_ENDPOINT.cookie_fn,
			endpoint_fn: (jwt: string) => plain.refreshJwt(jwt, kept.token),
			...(take && {
				on_new_refresh_token: async (token: string, jwt: string) => {
					handed.push([token, jwt]);
					take(kept, token);
				},
			}),
		};
		const person = await withExpiringJwt(api, () => signUp(api, { refresh, fetch: fetchThrough(through) }));
		kept.token = person.user.user_data.refresh_token;
		return { ...person, plain, kept, handed };
	}
	const keep = (kept: { token: string }, token: string): void => {
		kept.token = token;
	};
	const fail = (): never => {
		throw new Error("the own backend is down");
	};

	it("a changed password hands the new one over, and the others end", async () => {
		const { name, plain, storage, user, kept, handed } = await ownSession(keep);
		const other = await loginElsewhere(name, PASSWORD);
		const before = { ...user.user_data };
		await user.changePassword(PASSWORD, NEW_PASSWORD);
		const { jwt, refresh_token } = user.user_data;
		expect(handed).toEqual([[refresh_token, jwt]]);
		expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ jwt, refresh_token: "" });
		for (const tokens of [before, other.user_data]) expect(await canRefresh(plain, tokens)).toBe(false);
		expect(await canRefresh(plain, { jwt, refresh_token: kept.token })).toBe(true);
	});

	it("a change without a function for new ones ends nothing, as apps for the reference expect", async () => {
		const bodies: string[] = [];
		const { name, plain, user, kept } = await ownSession(undefined, async (request, send) => {
			if (routeOf(request) === "PUT /user/update_pw") bodies.push(await request.clone().text());
			return send();
		});
		const other = await loginElsewhere(name, PASSWORD);
		await user.changePassword(PASSWORD, NEW_PASSWORD);
		expect(bodies).toHaveLength(1);
		expect(JSON.parse(bodies[0] ?? "")).not.toHaveProperty("end_sessions");
		expect(await canRefresh(plain, { jwt: user.user_data.jwt, refresh_token: kept.token })).toBe(true);
		expect(await canRefresh(plain, other.user_data)).toBe(true);
		expect(await user.getJwt()).toBeTypeOf("string");
		await loginElsewhere(name, NEW_PASSWORD);
	});

	it("an end of sessions that is asked for needs the function: nothing is sent without", async () => {
		const { user } = await ownSession();
		const before = api.requests.length;
		for (const end_sessions of ["device", "all"] as const) {
			const change = user.changePassword(PASSWORD, NEW_PASSWORD, "", false, { end_sessions });
			expect(await rejection(change)).toMatchObject({ field: "refresh.on_new_refresh_token" });
		}
		expect(api.requests.length).toBe(before);
	});

	it("a function that fails stops the change: password and session are those before", async () => {
		const { name, plain, user, kept, handed } = await ownSession(fail);
		const { refresh_token } = user.user_data;
		const error = await rejection(user.changePassword(PASSWORD, NEW_PASSWORD));
		expect(error).toBeInstanceOf(RefreshTokenNotTaken);
		expect(error).toMatchObject({ code: "REFRESH_TOKEN_NOT_TAKEN", cause: { message: "the own backend is down" } });
		expect(user.user_data.refresh_token).toBe(refresh_token);
		expect(await user.getJwt()).toBeTypeOf("string");
		// It may have arrived although the function failed.
		const [[token = "", jwt = ""] = []] = handed;
		for (const tokens of [kept.token, token])
			expect(await canRefresh(plain, { jwt, refresh_token: tokens })).toBe(true);
		await loginElsewhere(name, PASSWORD);
	});

	it("a reset password hands the new one over, too", async () => {
		const { plain, user, kept, handed } = await ownSession(keep);
		await user.resetPassword(NEW_PASSWORD);
		const { jwt, refresh_token } = user.user_data;
		expect(handed).toEqual([[refresh_token, jwt]]);
		expect(await canRefresh(plain, { jwt, refresh_token: kept.token })).toBe(true);
	});

	it("a reset password is set although the function failed, and the user object has the new one", async () => {
		const reported: unknown[] = [];
		vi.stubGlobal("reportError", (error: unknown) => reported.push(error));
		const { name, plain, user } = await ownSession(fail);
		await user.resetPassword(NEW_PASSWORD);
		vi.unstubAllGlobals();
		expect(reported).toMatchObject([{ code: "REFRESH_TOKEN_NOT_TAKEN" }]);
		expect(await canRefresh(plain, user.user_data)).toBe(true);
		await loginElsewhere(name, NEW_PASSWORD);
	});
});
