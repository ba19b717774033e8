import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { afterAll, describe, expect, it } from "vitest";
import { createWorld, nextIdentifier, statusOfCall } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

describe("what our SDK is refused has the status that the reference client throws", () => {
	it("without a second factor", async () => {
		const { identifier, password, user, sentc } = await world.signUp();
		const refused: Record<string, () => unknown> = {
			server_112: () => sentc.login(identifier, "wrong"),
			server_100: () => sentc.login(nextIdentifier(), password),
			server_101: () => sentc.register(identifier, password),
			server_114: () => sentc.refreshJwt(user.user_data.jwt, "wrong"),
			server_115: () => user.deleteDevice(password, user.user_data.device_id),
		};
		for (const [status, call] of Object.entries(refused)) expect(await statusOfCall(call)).toBe(status);
	});

	it("with a second factor", async () => {
		const { identifier, password, user, sentc } = await world.signUp();
		await user.registerRawOtp(password);
		const started = await sentc.login(identifier, password);
		if (started.kind !== "mfa") throw new Error("the second factor was not asked for");
		expect(await statusOfCall(() => sentc.mfaLogin("000000x", started.u))).toBe("server_902");
		expect(await statusOfCall(() => sentc.mfaRecoveryLogin("WRONG", started.u))).toBe("server_901");
		const needsToken = [
			() => sentc.login(identifier, password, true),
			() => user.changePassword(password, "another password"),
			() => user.deleteUser(password),
			() => user.deleteDevice(password, user.user_data.device_id),
		];
		for (const call of needsToken) expect(await statusOfCall(call)).toBe("client_10000");
		const managesSecondFactor = [
			() => user.registerRawOtp(password),
			() => user.resetRawOtp(password),
			() => user.disableOtp(password),
			() => user.getOtpRecoverKeys(password),
		];
		for (const call of managesSecondFactor) expect(await statusOfCall(call)).toBe("client_100");
	});
});

describe("too many requests of one address", () => {
	it("are refused to both clients with the same status, which neither takes for a wrong password", async () => {
		const { code } = SERVER_ERRORS.TOO_MANY_REQUESTS;
		const limited = await createWorld({ login: { burst: 3, perSecond: 0.001 } });
		const { reference, token, url } = limited;
		const { identifier, password } = await limited.signUpReference();
		expect(await statusOfCall(() => reference.login(url, token, identifier, password))).toBe(`server_${code}`);
		const sentc = await limited.connect();
		expect(await statusOfCall(() => sentc.login(identifier, password))).toBe(`server_${code}`);
		const backend = limited.backend.token;
		expect(await statusOfCall(() => reference.login(url, backend, identifier, password))).toBe("none");
		await limited.close();
	});
});
