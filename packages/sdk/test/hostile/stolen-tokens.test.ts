import { addDevice, PASSWORD, rejection, signUp, startApi, startSentc, withExpiringJwt } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { UserData } from "../../src/index.js";

const api = await startApi();
afterAll(() => api.close());

type Tokens = Pick<UserData, "jwt" | "refresh_token">;

/** What somebody took who read the storage of the user's browser for a moment. */
const stolenFrom = ({ jwt, refresh_token }: UserData): Tokens => ({ jwt, refresh_token });

const thief = (await startSentc(api)).sentc;
const use = ({ jwt, refresh_token }: Tokens): Promise<string> => thief.refreshJwt(jwt, refresh_token);
const ENDED = { code: "SESSION_ENDED", status: "server_114" };

describe("somebody who copied the tokens of a session", () => {
	it("is out once the user changes the password, on whatever device the session was", async () => {
		const { user } = await signUp(api);
		const { user: phone } = await addDevice(api, user);
		const stolen = [stolenFrom(user.user_data), stolenFrom(phone.user_data)];
		for (const tokens of stolen) expect(await use(tokens)).toBeTypeOf("string");
		await user.changePassword(PASSWORD, "another password");
		for (const tokens of stolen) expect(await rejection(use(tokens))).toMatchObject(ENDED);
		expect(await use(user.user_data)).toBeTypeOf("string");
	});

	it("is out of this device alone when the app asks for that", async () => {
		const { user } = await signUp(api);
		const { user: phone } = await addDevice(api, user);
		const stolen = stolenFrom(user.user_data);
		await user.changePassword(PASSWORD, "another password", "", false, { end_sessions: "device" });
		expect(await rejection(use(stolen))).toMatchObject(ENDED);
		expect(await use(phone.user_data)).toBeTypeOf("string");
	});

	it("can't use them when the user refreshed since, and ends the session by trying", async () => {
		const { user } = await withExpiringJwt(api, () => signUp(api));
		const stolen = stolenFrom(user.user_data);
		await user.getJwt();
		api.clock.shift(60_000);
		expect(await rejection(use(stolen))).toMatchObject(ENDED);
		expect(await rejection(use(user.user_data))).toMatchObject(ENDED);
		api.clock.shift(0);
	});

	it("is found out when the user refreshes after the thief: the session ends for both", async () => {
		const { user } = await withExpiringJwt(api, () => signUp(api));
		const { jwt, refresh_token } = stolenFrom(user.user_data);
		const exchange = () =>
			fetch(`${api.base_url}/api/v1/refresh`, {
				method: "PUT",
				headers: { "x-sentc-app-token": api.app_token, authorization: `Bearer ${jwt}` },
				body: JSON.stringify({ refresh_token, rotate: true }),
			});
		const { result } = await (await withExpiringJwt(api, exchange)).json();
		expect(result.refresh_token).not.toBe(refresh_token);
		expect(await rejection(user.getJwt())).toMatchObject(ENDED);
		expect(await rejection(use(result))).toMatchObject(ENDED);
	});
});
