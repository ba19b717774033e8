import {
	addDevice,
	authenticator,
	PASSWORD,
	rejection,
	signUp,
	startApi,
	startSentc,
	withExpiringJwt,
} from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { type SentcClient, SessionsUnsupported, type User, type UserData } from "../../src/index.js";
import { answering, changing, fetchThrough, notFound, routeOf } from "../support/between.js";
import { recordLogins } from "../support/logins.js";

const api = await startApi();
afterAll(() => api.close());

const ENDED = { status: "server_114" };

const refreshed = (sentc: SentcClient, { jwt, refresh_token }: Pick<UserData, "jwt" | "refresh_token">) =>
	sentc.refreshJwt(jwt, refresh_token);

describe("the refresh token", () => {
	it("is another one after each refresh and after a reload, in the storage first", async () => {
		const { name, storage, user } = await withExpiringJwt(api, () => signUp(api));
		const record = `user_data_id_${name}`;
		const tokens = [user.user_data.refresh_token];
		await user.getJwt();
		tokens.push(user.user_data.refresh_token);
		expect(await storage.getItem(record)).toMatchObject({ refresh_token: tokens[1] });

		api.clock.shift(60_000);
		const { sentc: reloaded } = await startSentc(api, { storage });
		tokens.push((await reloaded.getActualUser()).user_data.refresh_token);
		expect(await storage.getItem(record)).toMatchObject({ refresh_token: tokens[2] });
		expect(new Set(tokens).size).toBe(3);
		api.clock.shift(0);
	});

	it("stays the same with refreshJwt, whose caller has the JWT alone", async () => {
		const { sentc, user } = await signUp(api);
		await refreshed(sentc, user.user_data);
		api.clock.shift(60_000);
		expect(await refreshed(sentc, user.user_data)).toBeTypeOf("string");
		api.clock.shift(0);
	});

	it("is not lost with an answer that gets lost", async () => {
		let lost = 0;
		const fetch = fetchThrough(async (request, send) => {
			const response = await send();
			if (routeOf(request) === "PUT /refresh" && lost++ === 0) throw new TypeError("the connection broke");
			return response;
		});
		const { sentc, user } = await withExpiringJwt(api, () => signUp(api, { fetch }));
		await user.getJwt();
		expect(lost).toBe(2);
		api.clock.shift(60_000);
		expect(await refreshed(sentc, user.user_data)).toBeTypeOf("string");
		api.clock.shift(0);
	});

	it("stays the same at an API that exchanges none, as the reference's", async () => {
		const withoutNew = changing(/ \/(refresh|init)$/, ({ refresh_token: _, ...result }) => result);
		const fetch = fetchThrough(withoutNew);
		const { storage, user } = await withExpiringJwt(api, () => signUp(api, { fetch }));
		const { refresh_token } = user.user_data;
		await user.getJwt();
		expect(user.user_data.refresh_token).toBe(refresh_token);
		const { sentc } = await startSentc(api, { storage, fetch });
		expect((await sentc.getActualUser()).user_data.refresh_token).toBe(refresh_token);
	});
});

describe("getSessions", () => {
	it("lists what each login began, on all devices, the newest first, and says which is this one", async () => {
		const { name, user } = await signUp(api);
		const { user: phone } = await addDevice(api, user);
		const again = await (await startSentc(api)).sentc.login(name, PASSWORD, true);
		const sessions = await user.getSessions();
		expect(sessions).toHaveLength(3);
		expect(sessions.map(({ device_id }) => device_id)).toEqual(
			[again, phone, user].map(({ user_data }) => user_data.device_id),
		);
		expect(sessions.map(({ current }) => current)).toEqual([false, false, true]);
		expect((await phone.getSessions()).map(({ current }) => current)).toEqual([false, true, false]);
		for (const { time, last_used } of sessions) {
			expect(Math.abs(time - api.clock.now())).toBeLessThan(60_000);
			expect(last_used).toBeGreaterThanOrEqual(time);
		}
		expect(await user.getSessions(sessions.at(-1))).toEqual([]);
		const ids = (list: { session_id: string }[]) => list.map(({ session_id }) => session_id);
		expect(ids(await user.getSessions(sessions[0]))).toEqual(ids(sessions.slice(1)));
	});

	it("names the member of the last item that is wrong", async () => {
		const { user } = await signUp(api);
		const [session] = await user.getSessions();
		if (!session) throw new Error("This session is one");
		expect(await rejection(user.getSessions({ ...session, session_id: "" }))).toMatchObject({
			field: "last.session_id",
		});
		expect(await rejection(user.getSessions({ ...session, time: 0.5 }))).toMatchObject({ field: "last.time" });
	});
});

describe("endOtherSessions", () => {
	async function threeSessions(): Promise<{ sentc: SentcClient; user: User; others: User[] }> {
		const { sentc, name, user } = await signUp(api);
		const { user: phone } = await addDevice(api, user);
		return { sentc, user, others: [phone, await (await startSentc(api)).sentc.login(name, PASSWORD, true)] };
	}

	it("ends those of this device and of the others, but not this one, and leaves none behind", async () => {
		const { sentc, user, others } = await threeSessions();
		await user.endOtherSessions(PASSWORD);
		for (const other of others) expect(await rejection(refreshed(sentc, other.user_data))).toMatchObject(ENDED);
		expect(await user.getSessions()).toMatchObject([{ current: true }]);
		expect(await refreshed(sentc, user.user_data)).toBeTypeOf("string");
	});

	it("keeps this one also when its JWT is from a refresh", async () => {
		const { sentc, user } = await withExpiringJwt(api, () => signUp(api));
		await user.getJwt();
		await user.endOtherSessions(PASSWORD);
		expect(await refreshed(sentc, user.user_data)).toBeTypeOf("string");
	});

	it("ends none without the right password, or the second factor", async () => {
		const { sentc, user, others } = await threeSessions();
		expect(await rejection(user.endOtherSessions("wrong"))).toMatchObject({ status: "server_112" });
		const { secret } = await user.registerRawOtp(PASSWORD);
		expect(await rejection(user.endOtherSessions(PASSWORD))).toMatchObject({ status: "client_10000" });
		for (const { user_data } of others) expect(await refreshed(sentc, user_data)).toBeTypeOf("string");
		await user.endOtherSessions(PASSWORD, authenticator(api.clock)(secret));
		for (const { user_data } of others) expect(await rejection(refreshed(sentc, user_data))).toMatchObject(ENDED);
	});
});

describe("at an API that knows no sessions, as the reference's", () => {
	const withoutSessions = answering(/ \/user\/session/, notFound);

	it("both say so", async () => {
		const { user } = await signUp(api, { fetch: fetchThrough(withoutSessions) });
		for (const call of [user.getSessions(), user.endOtherSessions(PASSWORD)]) {
			const error = await rejection(call);
			expect(error).toBeInstanceOf(SessionsUnsupported);
			expect(error).toMatchObject({ code: "SESSIONS_UNSUPPORTED" });
		}
	});

	it("no login is made for JWTs that name no session", async () => {
		const { fetch, logins } = recordLogins();
		const nameless = changing<{ jwt: string }>("PUT /refresh", (result) => ({
			...result,
			jwt: withoutSession(result.jwt),
		}));
		const { user } = await signUp(api, { fetch: fetchThrough(nameless, fetch) });
		expect(await rejection(user.endOtherSessions(PASSWORD))).toBeInstanceOf(SessionsUnsupported);
		expect(logins).toHaveLength(1);
	});
});

/** As the reference's API issues it; the signature does not fit any more. */
function withoutSession(jwt: string): string {
	const [head, payload = "", signature] = jwt.split(".");
	const { sid: _, ...claims } = JSON.parse(Buffer.from(payload, "base64url").toString());
	return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}
