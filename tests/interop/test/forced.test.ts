import { afterAll, describe, expect, it } from "vitest";
import { newest, referenceLogin, referenceLoginStart, request, resultOf } from "./reference-device.js";
import { type Account, createWorld, nextIdentifier, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

interface ForcedLogin {
	device_keys: Record<string, string>;
	verify: { user_keys: unknown[]; jwt: string; refresh_token: string };
}

/** A call of the app's own backend. */
async function force<Result = string>(method: string, path: string, body?: string): Promise<Result> {
	return resultOf(await request(world.backend, method, `/user/forced${path}`, body === undefined ? {} : { body }));
}

const naming = ({ identifier }: { identifier: string }) => JSON.stringify({ user_identifier: identifier });
const login = ({ identifier, password }: Account) => referenceLogin(world, identifier, password);

describe("what an own backend does to users of the reference client", () => {
	it("deletes them by identifier and by id", async () => {
		const byIdentifier = await world.signUpReference();
		await force("PUT", "/delete", naming(byIdentifier));
		expect(await statusOfFailure(login(byIdentifier))).toBe("server_100");
		const byId = await world.signUpReference();
		await force("DELETE", `/delete/${byId.id}`);
		expect(await statusOfFailure(login(byId))).toBe("server_100");
		expect(await statusOfFailure(force("DELETE", `/delete/${byId.id}`))).toBe("server_100");
	});

	it("switches their second factor off", async () => {
		for (const method of ["PUT", "DELETE"]) {
			const user = await world.signUpReference();
			await user.registerSecondFactor();
			await referenceLoginStart(world, user.identifier, user.password);
			await force(method, "/disable_otp", naming(user));
			expect((await login(user)).id).toBe(user.id);
		}
	});

	it("ends their sessions, and they log in again", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		await force("DELETE", "/sessions", naming(user));
		expect(await statusOfFailure(reference.refresh_jwt(url, token, user.jwt, user.refreshToken))).toBe("server_114");
		expect((await login(user)).id).toBe(user.id);
	});

	it("resets them to a registration of the reference client: same id, new keys, one device", async () => {
		const user = await world.signUpReference();
		await force("PUT", "/reset_user", world.reference.prepare_register(user.identifier, "another password"));
		expect(await statusOfFailure(login(user))).toBe("server_112");
		const again = await referenceLogin(world, user.identifier, "another password");
		expect(again.id).toBe(user.id);
		expect(again.deviceId).not.toBe(user.deviceId);
		expect(newest(again.keys).group_key).not.toBe(newest(user.keys).group_key);
		expect(await statusOfFailure(user.pendingRotations())).toBe("server_100");
	});

	it("opens a session for them: their device opens the keys, the refresh token works", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		const { device_keys, verify } = await force<ForcedLogin>("POST", "/login", naming(user));
		expect(device_keys["device_id"]).toBe(user.deviceId);
		expect(device_keys["encrypted_private_key"]?.length).toBeGreaterThan(3000);
		const answer = JSON.stringify({ status: true, result: verify.user_keys[0] });
		const opened = reference.done_fetch_user_key(user.device.privateKey, answer);
		expect(opened.get_group_key()).toBe(newest(user.keys).group_key);
		expect(reference.decode_jwt(verify.jwt).get_fresh()).toBe(true);
		const jwt = await reference.refresh_jwt(url, token, verify.jwt, verify.refresh_token);
		expect(reference.decode_jwt(jwt).get_aud()).toBe(user.id);
		expect(await statusOfFailure(force("POST", "/login", naming({ identifier: nextIdentifier() })))).toBe("server_112");
	});

	it("all of it only with the secret token", async () => {
		const user = await world.signUpReference();
		const calls: [method: string, path: string, body?: string][] = [
			["PUT", "/delete", naming(user)],
			["DELETE", `/delete/${user.id}`],
			["PUT", "/disable_otp", naming(user)],
			["DELETE", "/disable_otp", naming(user)],
			["DELETE", "/sessions", naming(user)],
			["PUT", "/reset_user", world.reference.prepare_register(user.identifier, "password")],
			["POST", "/login", naming(user)],
		];
		for (const [method, path, body] of calls) {
			const answer = await request(world, method, `/user/forced${path}`, body === undefined ? {} : { body });
			expect(() => resultOf(answer), path).toThrow("server_203");
		}
		expect((await login(user)).deviceId).toBe(user.deviceId);
	});
});
