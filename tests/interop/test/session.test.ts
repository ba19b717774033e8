import { afterAll, describe, expect, it } from "vitest";
import { referenceLogin } from "./reference-device.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

const refresh = ({ jwt, refreshToken }: { jwt: string; refreshToken: string }) =>
	world.reference.refresh_jwt(world.url, world.token, jwt, refreshToken);
const restore = ({ jwt, refreshToken }: { jwt: string; refreshToken: string }) =>
	world.reference.init_user(world.url, world.token, jwt, refreshToken);

describe("sessions of the reference client", () => {
	it("get a new JWT of the same user and device, which is not fresh", async () => {
		const user = await world.signUpReference();
		const claims = world.reference.decode_jwt(await refresh(user));
		expect([claims.get_aud(), claims.get_sub(), claims.get_fresh()]).toEqual([user.id, user.deviceId, false]);
		expect(Number(claims.get_exp()) - Number(claims.get_iat())).toBe(300);
	});

	it("go on after a reload, with the invitations", async () => {
		const user = await world.signUpReference();
		const restored = await restore(user);
		expect(world.reference.decode_jwt(restored.get_jwt()).get_aud()).toBe(user.id);
		expect(restored.get_invites()).toEqual([]);
	});

	it("go on long after the JWT expired", async () => {
		const user = await world.signUpReference();
		world.advance(24 * 60 * 60 * 1000);
		expect(await statusOfFailure(user.pendingRotations())).toBe("server_30");
		const jwt = await refresh(user);
		expect(world.reference.decode_jwt((await restore({ ...user, jwt })).get_jwt()).get_aud()).toBe(user.id);
	});

	it("are many per device, and none is another device's", async () => {
		const user = await world.signUpReference();
		const again = await referenceLogin(world, user.identifier, user.password);
		const stranger = await world.signUpReference();
		expect(again.refreshToken).not.toBe(user.refreshToken);
		expect(world.reference.decode_jwt(await refresh(user)).get_aud()).toBe(user.id);
		expect(world.reference.decode_jwt(await refresh(again)).get_aud()).toBe(user.id);
		expect(await statusOfFailure(refresh({ ...user, refreshToken: stranger.refreshToken }))).toBe("server_114");
		expect(await statusOfFailure(restore({ ...user, refreshToken: "wrong" }))).toBe("server_114");
	});

	it("get a fresh JWT for the password", async () => {
		const user = await world.signUpReference();
		const claims = world.reference.decode_jwt(await user.freshJwt());
		expect([claims.get_sub(), claims.get_fresh()]).toEqual([user.deviceId, true]);
	});
});

describe("a refresh token that was replaced on request", () => {
	it("has a successor that the reference client goes on with; itself it ends the session after half a minute", async () => {
		const user = await world.signUpReference();
		const response = await fetch(`${world.url}/api/v1/refresh`, {
			method: "PUT",
			headers: { "x-sentc-app-token": world.token, Authorization: `Bearer ${user.jwt}` },
			body: JSON.stringify({ refresh_token: user.refreshToken, rotate: true }),
		});
		const { result } = (await response.json()) as { result: { jwt: string; refresh_token: string } };
		const next = { jwt: result.jwt, refreshToken: result.refresh_token };
		expect(next.refreshToken).not.toBe(user.refreshToken);
		for (const tokens of [user, next]) {
			expect(world.reference.decode_jwt(await refresh(tokens)).get_aud()).toBe(user.id);
		}
		world.advance(31_000);
		expect((await restore(next)).get_invites()).toEqual([]);
		for (const tokens of [user, next]) expect(await statusOfFailure(refresh(tokens))).toBe("server_114");
	});
});

describe("a session of our SDK", () => {
	it("is refreshed and restored by the reference client, which has the same tokens", async () => {
		const { user } = await world.signUp();
		const { jwt, refresh_token: refreshToken, user_id } = user.user_data;
		expect(world.reference.decode_jwt(await refresh({ jwt, refreshToken })).get_aud()).toBe(user_id);
		expect((await restore({ jwt, refreshToken })).get_invites()).toEqual([]);
	});

	it("is ended by a log out, for the reference client too", async () => {
		const { user } = await world.signUp();
		const { jwt, refresh_token: refreshToken } = user.user_data;
		await user.logOut();
		expect(await statusOfFailure(refresh({ jwt, refreshToken }))).toBe("server_114");
		expect(await statusOfFailure(restore({ jwt, refreshToken }))).toBe("server_114");
	});

	it("leaves the reference client's sessions alone when it ends", async () => {
		const { identifier, password, user } = await world.signUp();
		const theirs = await referenceLogin(world, identifier, password);
		await user.logOut();
		expect(world.reference.decode_jwt(await refresh(theirs)).get_aud()).toBe(theirs.id);
	});

	it("ends when the reference client resets the password of the device", async () => {
		const { identifier, password, user } = await world.signUp();
		const { jwt, refresh_token: refreshToken } = user.user_data;
		const { device, ...theirs } = await referenceLogin(world, identifier, password);
		const { reference, token, url } = world;
		await reference.reset_password(url, token, theirs.jwt, "another password", device.privateKey, device.signKey);
		expect(await statusOfFailure(refresh({ jwt, refreshToken }))).toBe("server_114");
	});
});
