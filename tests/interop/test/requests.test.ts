import { MemoryStorage, type User } from "@sentc-ts/sdk";
import { PASSWORD } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { createRecorder, recorded, shapeOf } from "./recorded.js";
import { endSession, freshJwt, recordingClient, withMember } from "./recording-client.js";
import { createWorld, nextIdentifier } from "./world.js";

const world = await createWorld();
const client = recordingClient(world);
afterAll(() => world.close());

describe("our SDK sends what the reference client sends", () => {
	it("to register and log in", async () => {
		const sentc = await client.connect();
		const identifier = nextIdentifier();
		await client.expectRequests(() => sentc.checkUserIdentifierAvailable(identifier), recorded("exists"));
		await client.expectRequests(() => sentc.register(identifier, PASSWORD), recorded("register"));
		await client.expectRequests(() => sentc.login(identifier, PASSWORD), recorded("login"));
	});

	it("to log in with a second factor", async () => {
		const { sentc, identifier, otp } = await client.signUpWithSecondFactor();
		const login = () => sentc.login(identifier, PASSWORD);
		await client.expectRequests(login, recorded("login until the second factor"));
		const started = await login();
		if (started.kind !== "mfa") throw new Error("the second factor was not asked for");
		const code = world.nextCode(otp.secret);
		await client.expectRequests(() => sentc.mfaLogin(code, started.u), recorded("login by code"));
		const [key = ""] = otp.recover;
		await client.expectRequests(() => sentc.mfaRecoveryLogin(key, started.u), recorded("login by recovery key"));
	});

	it("to refresh and restore a session", async () => {
		const storage = new MemoryStorage();
		const getStorage = async () => storage;
		const { sentc, user } = await client.signUp({ storage: { getStorage } });
		const { jwt, refresh_token } = user.user_data;
		await client.expectRequests(() => sentc.refreshJwt(jwt, refresh_token), recorded("refresh"));
		const [init] = recorded("init");
		const connect = () => client.connect({ storage: { getStorage } });
		await client.expectRequests(connect, [withMember(init, { rotate: true })]);
	});

	it("to refresh by the cookie of an own backend", async () => {
		const { user } = await client.signUp();
		const { jwt } = user.user_data;
		const credentials: string[] = [];
		const backend = createRecorder(async (request) => {
			credentials.push(request.credentials);
			return new Response(jwt);
		});
		const sentc = await client.connect({
			fetch: backend.fetch,
			refresh: { endpoint: 0, endpoint_url: "https://backend.example/my/refresh" },
		});
		expect(await sentc.refreshJwt(jwt, "")).toBe(jwt);
		expect(backend.take().map(shapeOf)).toEqual(recorded("refresh by cookie").map(shapeOf));
		expect(credentials).toEqual(["include"]);
	});

	it("to add a device", async () => {
		const { user } = await client.signUp();
		const sentc = await client.connect();
		const identifier = nextIdentifier();
		await client.expectRequests(() => sentc.registerDeviceStart(identifier, PASSWORD), recorded("device start"));
		const waiting = String(await (await client.connect()).registerDeviceStart(nextIdentifier(), PASSWORD));
		await client.expectRequests(() => user.registerDevice(waiting), recorded("pending rotations", "device done"));
	});

	it("to list devices, page by page", async () => {
		const { user } = await client.signUp();
		await client.expectRequests(() => user.getDevices(), recorded("devices, first page"));
		const [last] = await user.getDevices();
		await client.expectRequests(() => user.getDevices(last), recorded("devices, next page"));
	});

	it("to change the identifier", async () => {
		const { user } = await client.signUp();
		await client.expectRequests(() => user.updateUser(nextIdentifier()), recorded("update identifier"));
	});

	it("to change and reset the password", async () => {
		const { user } = await client.signUp();
		const flow = recorded("change password");
		const change = () => user.changePassword(PASSWORD, "another password");
		const put = withMember(flow[3], { end_sessions: "all" });
		await client.expectRequests(change, [...flow.slice(0, 3), put, endSession]);
		const quietly = () => user.changePassword("another password", PASSWORD, "", false, { end_sessions: "none" });
		await client.expectRequests(quietly, [...flow.slice(0, 3), endSession, ...flow.slice(3)]);
		await client.expectRequests(() => user.resetPassword(PASSWORD), recorded("reset password", "login"));
	});

	it("to change the password with a second factor", async () => {
		const { user, otp } = await client.signUpWithSecondFactor();
		const code = world.nextCode(otp.secret);
		const change = () => user.changePassword(PASSWORD, "another password", code, false);
		const put = withMember(recorded("change password")[3], { end_sessions: "all" });
		await client.expectRequests(change, [...recorded("fresh JWT by code"), put, endSession]);
	});

	it("to register, read, reset and disable a second factor", async () => {
		const { user } = await client.signUp();
		const { secret, recover } = await user.registerRawOtp(PASSWORD);
		const { user: another } = await client.signUp();
		const register = recorded("register second factor");
		await client.expectRequests(
			() => another.registerRawOtp(PASSWORD),
			[...register.slice(0, 3), endSession, ...register.slice(3)],
		);
		const code = world.nextCode(secret);
		const keys = recorded("recovery keys");
		await client.expectRequests(
			() => user.getOtpRecoverKeys(PASSWORD, code, false),
			[...keys.slice(0, 4), endSession, ...keys.slice(4)],
		);
		const byKey = freshJwt("login until the second factor", "login by recovery key");
		const reset = () => user.resetRawOtp(PASSWORD, recover[0], true);
		await client.expectRequests(reset, [...byKey, ...recorded("reset second factor")]);
		const { otp, user: third } = await client.signUpWithSecondFactor();
		const disable = () => third.disableOtp(PASSWORD, otp.recover[0], true);
		await client.expectRequests(disable, [...byKey, ...recorded("disable second factor")]);
	});

	it("to rotate the user key, and to finish on another device", async () => {
		const { user } = await client.signUp();
		const other = await client.addDevice(user);
		await client.expectRequests(() => user.keyRotation(), recorded("start rotation", "fetch user key"));
		await client.expectRequests(() => user.finishKeyRotation(), recorded("pending rotations"));
		await expect.poll(async () => JSON.parse(await pendingOf(other)).result, { timeout: 20_000 }).toHaveLength(1);
		const finish = recorded("pending rotations", "finish rotation", "fetch user key");
		await client.expectRequests(() => other.finishKeyRotation(), finish);
	});

	it("to get and verify somebody's public key", async () => {
		const { user_id } = (await client.signUp()).user.user_data;
		const sentc = await client.connect();
		await client.expectRequests(() => sentc.getUserPublicKey(user_id), recorded("public key"));
		const key = await sentc.getUserPublicKey(user_id);
		await client.expectRequests(() => sentc.verifyUserPublicKey(user_id, key), recorded("verify key"));
	});

	it("to delete a device and a user", async () => {
		const { user } = await client.signUp();
		const other = await client.addDevice(user);
		const { device_id } = other.user_data;
		const deleteDevice = () => user.deleteDevice(PASSWORD, device_id);
		await client.expectRequests(deleteDevice, [...freshJwt("fresh JWT"), ...recorded("delete device")]);
		const deleteUser = () => user.deleteUser(PASSWORD);
		await client.expectRequests(deleteUser, [...freshJwt("fresh JWT"), ...recorded("delete user")]);
	});

	it("and one request more to log out", async () => {
		const { user } = await client.signUp();
		await client.expectRequests(() => user.logOut(), [endSession]);
	});
});

async function pendingOf({ user_data }: User): Promise<string> {
	const headers = { "x-sentc-app-token": world.token, authorization: `Bearer ${user_data.jwt}` };
	return (await fetch(`${world.url}/api/v1/user/user_keys/rotation`, { headers })).text();
}

describe("a server that knows no end of a session, as the reference", () => {
	it("does not keep our SDK from a fresh JWT or a log out", async () => {
		const refused = JSON.stringify({ status: false, err_msg: "Not found", err_code: 404 });
		const server = createRecorder(async (request) =>
			request.method === "DELETE" && request.url.endsWith("/refresh")
				? new Response(refused, { status: 404 })
				: fetch(request),
		);
		const { identifier, sentc, user } = await client.signUp({ fetch: server.fetch });
		await user.changePassword(PASSWORD, "another password");
		await user.logOut();
		expect((await sentc.login(identifier, "another password", true)).user_data.user_id).toMatch(/^[0-9a-f-]{36}$/);
		expect(server.take().filter(({ method }) => method === "DELETE").length).toBe(2);
	});
});
