import type { NewMemberKey } from "@sentc-ts/core-crypto/wire";
import type { TestApi } from "@sentc-ts/test-world";
import {
	deviceRoutes,
	LAX_OPTIONS,
	lightRoutes,
	loginRoutes,
	SERVER_ERRORS,
	userKeyRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, newest, newUser, openChallenge, registerBody, type Session } from "../support/client.js";

async function startDevice(server: TestApi, identifier = "second") {
	return result(call(server, deviceRoutes.prepareRegisterDevice, { body: registerBody(identifier).device }));
}

function wrappedKey(session: Session, deviceId: string): NewMemberKey {
	return {
		encrypted_group_key: "wrapped",
		alg: "AES-GCM-256",
		encrypted_alg: "ECIES-ed25519_KYBER_768",
		key_id: newest(session.userKeys).groupKeyId,
		user_public_key_id: deviceId,
	};
}

function confirm(server: TestApi, session: Session, token: string, userKeys: object) {
	return call(server, deviceRoutes.doneRegisterDevice, { jwt: session.jwt, body: { token, user_keys: userKeys } });
}

describe("a new device", () => {
	it("waits: its answer carries its public key and a token, and its identifier is free until it is added", async () => {
		const server = await startApi();
		const started = await startDevice(server);
		const { device } = registerBody("second");
		expect(started).toMatchObject({
			device_identifier: "second",
			public_key_string: device.derived.public_key,
			keypair_encrypt_alg: device.derived.keypair_encrypt_alg,
		});
		expect(started.token).toMatch(/^[\w-]{67}$/);
		const body = { user_identifier: "second" };
		expect(await result(call(server, userRoutes.exists, { body }))).toMatchObject({ available: true });
		const user = await newUser(server);
		const userKeys = { keys: [wrappedKey(user, started.device_id)], key_session: false };
		expect(await confirm(server, user, started.token, userKeys)).toMatchObject({ ok: true });
		expect(await result(call(server, userRoutes.exists, { body }))).toMatchObject({ available: false });
		const again = call(server, deviceRoutes.prepareRegisterDevice, { body: device });
		await expectRefusal(again, SERVER_ERRORS.IDENTIFIER_EXISTS);
	});

	it("is confirmed once, by exactly one of many", async () => {
		const server = await startApi();
		const users = [await newUser(server, "alice"), await newUser(server, "bob")];
		const { token, device_id } = await startDevice(server);
		const answers = await Promise.all(
			[...users, ...users].map((user) =>
				confirm(server, user, token, { keys: [wrappedKey(user, device_id)], key_session: false }),
			),
		);
		expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
		for (const answer of answers.filter((candidate) => !candidate.ok)) {
			await expectRefusal(answer, SERVER_ERRORS.USER_NOT_FOUND);
		}
	});

	it.each([
		["no keys", [], 4, SERVER_ERRORS.NO_KEYS],
		["more than 100 keys", Array(101).fill(0), 4, SERVER_ERRORS.TOO_MANY_KEYS],
		["rank 0", [0], 0, SERVER_ERRORS.RANK_INSUFFICIENT],
		["rank 5", [0], 5, SERVER_ERRORS.RANK_INSUFFICIENT],
	])("is not confirmed with %s, and can be afterwards", async (_, count, rank, error) => {
		const server = await startApi();
		const user = await newUser(server);
		const { token, device_id } = await startDevice(server);
		const keys = count.map(() => wrappedKey(user, device_id));
		await expectRefusal(confirm(server, user, token, { keys, rank, key_session: false }), error);
		const userKeys = { keys: [wrappedKey(user, device_id)], rank: null, key_session: false };
		expect(await confirm(server, user, token, userKeys)).toMatchObject({ ok: true });
	});

	it.each(["", "NULL", "null", "a".repeat(67)])("is not found by the token %j", async (token) => {
		const server = await startApi();
		const user = await newUser(server);
		const { device_id } = await startDevice(server);
		const userKeys = { keys: [wrappedKey(user, device_id)], key_session: false };
		await expectRefusal(confirm(server, user, token, userKeys), SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("is not found by users of another app", async () => {
		const server = await startApi();
		const { token } = await startDevice(server);
		const other = { ...server, app: await server.api.apps.create({ options: LAX_OPTIONS }) };
		const stranger = await newUser(other);
		const body = { token, user_group: {} };
		const answer = call(other, lightRoutes.doneRegisterDevice, { jwt: stranger.jwt, body });
		await expectRefusal(answer, SERVER_ERRORS.USER_NOT_FOUND);
	});

	it("does not get keys that are not those of the user", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const stranger = await newUser(server);
		const { token, device_id } = await startDevice(server);
		const keys = [wrappedKey(stranger, device_id)];
		const answer = confirm(server, user, token, { keys, key_session: false });
		await expectRefusal(answer, FAILURES.WRAPPED_KEY_UNKNOWN);
		await expect(login(server, "second")).rejects.toThrow("401/100");
	});
});

describe("a key session", () => {
	async function open(keySession: boolean) {
		const server = await startApi();
		const user = await newUser(server);
		const { token, device_id } = await startDevice(server);
		const key = wrappedKey(user, device_id);
		const accepted = await result(confirm(server, user, token, { keys: [key], key_session: keySession }));
		return { server, user, key, accepted };
	}

	it("is opened when it is asked for, whatever the number of keys, and never overwrites a key", async () => {
		const { server, user, key, accepted } = await open(true);
		const params = { session_id: accepted.session_id ?? "" };
		for (let count = 0; count < 2; count++) {
			const body = [{ ...key, encrypted_group_key: "another one" }];
			const answer = call(server, deviceRoutes.uploadDeviceKeys, { jwt: user.jwt, params, body });
			expect(await result(answer)).toBe("Success");
		}
		const { proof } = await openChallenge(server, "second");
		const { user_keys } = await result(call(server, loginRoutes.verifyLogin, { body: proof }));
		expect(user_keys.map((stored) => stored.encrypted_group_key)).toEqual([key.encrypted_group_key]);
	});

	it("is not opened unless it is asked for", async () => {
		const { accepted } = await open(false);
		expect(accepted).toEqual({ message: expect.any(String) });
	});

	it("refuses no keys, more than 100 keys, and callers of another user", async () => {
		const { server, user, key, accepted } = await open(true);
		const params = { session_id: accepted.session_id ?? "" };
		const upload = (jwt: string, body: object[], session = params) =>
			call(server, deviceRoutes.uploadDeviceKeys, { jwt, params: session, body });
		await expectRefusal(upload(user.jwt, []), SERVER_ERRORS.NO_KEYS);
		await expectRefusal(upload(user.jwt, Array(101).fill(key)), SERVER_ERRORS.TOO_MANY_KEYS);
		const { jwt } = await newUser(server);
		await expectRefusal(upload(jwt, [key]), SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
		const unknown = upload(user.jwt, [key], { session_id: "unknown" });
		await expectRefusal(unknown, SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
	});
});

describe("keys of a user", () => {
	it("are found by id for the device of the JWT", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const params = { key_id: newest(user.userKeys).groupKeyId };
		const key = await result(call(server, userKeyRoutes.userKey, { jwt: user.jwt, params }));
		expect(key).toMatchObject({ group_key_id: params.key_id, user_public_key_id: user.deviceId });
		const { jwt } = await newUser(server);
		await expectRefusal(call(server, userKeyRoutes.userKey, { jwt, params }), FAILURES.KEY_BY_ID_NOT_FOUND);
	});

	it("are public by user and id", async () => {
		const server = await startApi();
		const { userId, userKeys } = await newUser(server);
		const params = { user_id: userId, key_id: newest(userKeys).groupKeyId };
		const byId = await result(call(server, userRoutes.userPublicKeyById, { params }));
		expect(byId).toEqual(await result(call(server, userRoutes.userPublicKey, { params })));
		expect(await result(call(server, userRoutes.userVerifyKey, { params }))).toMatchObject({
			verify_key_id: params.key_id,
			verify_key: registerBody("").group.verify_key,
			verify_key_alg: registerBody("").group.keypair_sign_alg,
		});
	});

	it.each([
		["another user", { user_id: "nobody" }],
		["another key", { key_id: "none" }],
	])("are 400/100 for %s", async (_, change) => {
		const server = await startApi();
		const { userId, userKeys } = await newUser(server);
		const params = { user_id: userId, key_id: newest(userKeys).groupKeyId, ...change };
		for (const route of [userRoutes.userPublicKeyById, userRoutes.userVerifyKey]) {
			await expectRefusal(call(server, route, { params }), SERVER_ERRORS.USER_NOT_FOUND);
		}
	});
});
