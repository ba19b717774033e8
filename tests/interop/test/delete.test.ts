import { afterAll, describe, expect, it } from "vitest";
import { newest, referenceLogin, request, resultOf } from "./reference-device.js";
import { type Account, createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

const deleteUser = (jwt: string) => world.reference.delete_user(world.url, world.token, jwt);
const login = ({ identifier, password }: Account) => referenceLogin(world, identifier, password);
const publicKey = async (id: string) => resultOf(await request(world, "GET", `/user/${id}/public_key`));

describe("the reference client deletes a user", () => {
	it("of whom nothing is left: no login, no JWT, no refresh, no public key", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		await deleteUser(await user.freshJwt());
		expect(await statusOfFailure(login(user))).toBe("server_100");
		expect(await statusOfFailure(user.fetchKey(newest(user.keys).group_key_id))).toBe("server_100");
		expect(await statusOfFailure(reference.refresh_jwt(url, token, user.jwt, user.refreshToken))).toBe("server_100");
		expect(await statusOfFailure(publicKey(user.id))).toBe("server_100");
	});

	it("whose identifier is free again", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		await deleteUser(await user.freshJwt());
		expect(await reference.register(url, token, user.identifier, user.password)).not.toBe(user.id);
	});

	it("only with a fresh JWT", async () => {
		const { reference, token, url } = world;
		const user = await world.signUpReference();
		const refreshed = await reference.refresh_jwt(url, token, user.jwt, user.refreshToken);
		expect(await statusOfFailure(deleteUser(refreshed))).toBe("server_113");
		expect((await login(user)).id).toBe(user.id);
	});

	it("with a second factor", async () => {
		const user = await world.signUpReference();
		const { secret } = await user.registerSecondFactor();
		await deleteUser(await user.freshJwt({ token: world.nextCode(secret), recovery: false }));
		expect(await statusOfFailure(login(user))).toBe("server_100");
	});

	it("who was logged in on our SDK", async () => {
		const { identifier, password, user } = await world.signUp();
		await deleteUser((await login({ identifier, password })).jwt);
		expect(await statusOfFailure(user.getDevices())).toBe("server_100");
	});
});

describe("our SDK deletes a user of the reference client", () => {
	it("without a second factor", async () => {
		const theirs = await world.signUpReference();
		const ours = await world.login(theirs);
		await ours.deleteUser(theirs.password);
		expect(await statusOfFailure(login(theirs))).toBe("server_100");
		expect(await statusOfFailure(theirs.fetchKey(newest(theirs.keys).group_key_id))).toBe("server_100");
	});

	it("with a second factor: a code or a recovery key", async () => {
		for (const recovery of [false, true]) {
			const theirs = await world.signUpReference();
			const { secret, recover } = await theirs.registerSecondFactor();
			const sentc = await world.connect();
			const started = await sentc.login(theirs.identifier, theirs.password);
			if (started.kind !== "mfa") throw new Error("the second factor was not asked for");
			const ours = await sentc.mfaLogin(world.nextCode(secret), started.u);
			const token = recovery ? newest(recover) : world.nextCode(secret);
			await ours.deleteUser(theirs.password, token, recovery);
			expect(await statusOfFailure(login(theirs))).toBe("server_100");
		}
	});
});
