import { afterAll, describe, expect, it } from "vitest";
import {
	newest,
	type OtpRegistration,
	type ReferenceDevice,
	referenceLogin,
	referenceLoginFinish,
	referenceLoginStart,
	resultOf,
} from "./reference-device.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

/** An account of the reference client, with a second factor that it registered. */
async function signUpWithSecondFactor() {
	const user = await world.signUpReference();
	return { user, otp: await user.registerSecondFactor(await user.freshJwt()) };
}

async function loginWith(user: ReferenceDevice, token: string, recovery = false): Promise<ReferenceDevice> {
	const pending = await referenceLoginStart(world, user.identifier, user.password);
	return referenceLoginFinish(world, pending, user.password, { token, recovery });
}

describe("a second factor of the reference client", () => {
	it("is a secret of 32 bytes and six recovery keys, in base32", async () => {
		const { otp } = await signUpWithSecondFactor();
		expect(otp.alg).toBe("totp_sha256");
		expect(otp.secret).toMatch(/^[A-Z2-7]{52}$/);
		expect(new Set(otp.recover).size).toBe(6);
		for (const key of otp.recover) expect(key).toMatch(/^[A-Z2-7]{52}$/);
	});

	it("stands between the password and the keys", async () => {
		const { user } = await signUpWithSecondFactor();
		const login = await world.reference.login(world.url, world.token, user.identifier, user.password);
		expect(login.get_mfa_auth_key()).toMatch(/^[A-Za-z0-9+/]{43}=$/);
		expect(login.get_jwt()).toBeUndefined();
		expect(login.get_device_private_key()).toBeUndefined();
	});

	it("lets in with a code, once", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const code = world.nextCode(otp.secret);
		const again = await loginWith(user, code);
		expect(again.id).toBe(user.id);
		expect(newest(again.keys).group_key).toBe(newest(user.keys).group_key);
		expect(await statusOfFailure(loginWith(user, code))).toBe("server_902");
	});

	it("does not let in with a wrong code", async () => {
		const { user } = await signUpWithSecondFactor();
		expect(await statusOfFailure(loginWith(user, "abcdef"))).toBe("server_902");
	});

	it("lets in with each recovery key, once", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		for (const key of otp.recover) expect((await loginWith(user, key, true)).id).toBe(user.id);
		for (const key of otp.recover) expect(await statusOfFailure(loginWith(user, key, true))).toBe("server_901");
		expect(await statusOfFailure(loginWith(user, "WRONG", true))).toBe("server_901");
	});

	it("is needed for a fresh JWT: a code or a recovery key", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const { reference } = world;
		const isFresh = (jwt: string) => reference.decode_jwt(jwt).get_fresh();
		expect(isFresh(await user.freshJwt({ token: world.nextCode(otp.secret), recovery: false }))).toBe(true);
		expect(isFresh(await user.freshJwt({ token: newest(otp.recover), recovery: true }))).toBe(true);
		expect(await statusOfFailure(user.freshJwt())).toBe("client_100");
	});

	it("is needed to change the password", async () => {
		const { reference, token, url } = world;
		const { user, otp } = await signUpWithSecondFactor();
		const code = world.nextCode(otp.secret);
		await reference.change_password(url, token, user.identifier, user.password, "another password", code, false);
		const pending = await referenceLoginStart(world, user.identifier, "another password");
		const factor = { token: newest(otp.recover), recovery: true };
		expect((await referenceLoginFinish(world, pending, "another password", factor)).id).toBe(user.id);
	});

	it("lists the recovery keys that were not used", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const [used = "", ...unused] = otp.recover;
		const jwt = await user.freshJwt({ token: used, recovery: true });
		const list = resultOf<{ keys: string[] }>(await user.request("GET", "/user/otp_recovery_keys", { jwt }));
		expect(list.keys.toSorted()).toEqual(unused.toSorted());
	});

	it("is replaced by a reset, recovery keys included", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const jwt = await user.freshJwt({ token: world.nextCode(otp.secret), recovery: false });
		const next = resultOf<OtpRegistration>(await user.request("PATCH", "/user/reset_otp", { jwt }));
		expect(await statusOfFailure(loginWith(user, world.nextCode(otp.secret)))).toBe("server_902");
		expect(await statusOfFailure(loginWith(user, newest(otp.recover), true))).toBe("server_901");
		expect((await loginWith(user, world.nextCode(next.secret))).id).toBe(user.id);
		expect((await loginWith(user, newest(next.recover), true)).id).toBe(user.id);
	});

	it("is gone when disabled", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const jwt = await user.freshJwt({ token: world.nextCode(otp.secret), recovery: false });
		resultOf(await user.request("PATCH", "/user/disable_otp", { jwt }));
		expect((await referenceLogin(world, user.identifier, user.password)).id).toBe(user.id);
	});

	it("is not changed or read with a JWT that is not fresh", async () => {
		const { user } = await signUpWithSecondFactor();
		const jwt = await world.reference.refresh_jwt(world.url, world.token, user.jwt, user.refreshToken);
		const send = async (method: string, path: string) => resultOf(await user.request(method, path, { jwt }));
		expect(await statusOfFailure(send("PATCH", "/user/reset_otp"))).toBe("server_113");
		expect(await statusOfFailure(send("PATCH", "/user/disable_otp"))).toBe("server_113");
		expect(await statusOfFailure(send("GET", "/user/otp_recovery_keys"))).toBe("server_113");
	});
});

describe("a second factor registered by one client", () => {
	it("of the reference client lets our SDK in: code and recovery key", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const sentc = await world.connect();
		const byCode = await sentc.login(user.identifier, user.password);
		if (byCode.kind !== "mfa") throw new Error("the second factor was not asked for");
		const ours = await sentc.mfaLogin(world.nextCode(otp.secret), byCode.u);
		expect(ours.enabledMfa()).toBe(true);
		expect(ours.user_data.user_keys[0]?.group_key).toBe(newest(user.keys).group_key);
		const byKey = await sentc.login(user.identifier, user.password);
		if (byKey.kind !== "mfa") throw new Error("the second factor was not asked for");
		expect((await sentc.mfaRecoveryLogin(newest(otp.recover), byKey.u)).user_data.user_id).toBe(user.id);
	});

	it("of our SDK lets the reference client in: code and recovery key", async () => {
		const { identifier, password, user } = await world.signUp();
		const otp = await user.registerRawOtp(password);
		const pending = await referenceLoginStart(world, identifier, password);
		const login = (token: string, recovery: boolean) =>
			referenceLoginFinish(world, pending, password, { token, recovery });
		const byCode = await login(world.nextCode(otp.secret), false);
		expect(newest(byCode.keys).group_key).toBe(user.user_data.user_keys[0]?.group_key);
		expect((await login(newest(otp.recover), true)).id).toBe(user.user_data.user_id);
	});

	it("is read, reset and disabled by our SDK", async () => {
		const { user, otp } = await signUpWithSecondFactor();
		const { password } = user;
		const sentc = await world.connect();
		const started = await sentc.login(user.identifier, password);
		if (started.kind !== "mfa") throw new Error("the second factor was not asked for");
		const ours = await sentc.mfaLogin(world.nextCode(otp.secret), started.u);
		const keys = await ours.getOtpRecoverKeys(password, world.nextCode(otp.secret), false);
		expect(keys.toSorted()).toEqual(otp.recover.toSorted());
		const next = await ours.resetRawOtp(password, newest(otp.recover), true);
		expect((await loginWith(user, world.nextCode(next.secret))).id).toBe(user.id);
		await ours.disableOtp(password, world.nextCode(next.secret), false);
		expect((await referenceLogin(world, user.identifier, password)).id).toBe(user.id);
	});
});
