import type { TestApi } from "@sentc-ts/test-world";
import { SERVER_ERRORS, userKeyRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { crypto, login, newest, newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { finish, listKeys, listRotations, rotate, rotationBody, threeDevices } from "../support/devices.js";

const keyIds = ({ userKeys }: Session) => userKeys.map((key) => key.groupKeyId);

describe("the start of a rotation", () => {
	async function start(change: object) {
		const server = await startApi();
		const user = await newUser(server);
		const body = { ...rotationBody(user), ...change };
		const answer = await call(server, userKeyRoutes.startKeyRotation, { jwt: user.jwt, body });
		return { server, user, answer };
	}

	it.each(["encrypted_sign_key", "verify_key", "keypair_sign_alg", "public_key_sig"])(
		"is 400/117 without %s",
		async (member) => {
			const { server, user, answer } = await start({ [member]: undefined });
			await expectRefusal(answer, SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
			expect(await listKeys(server, user)).toHaveLength(1);
			expect(rows(server, "jobs")).toEqual([]);
		},
	);

	it.each([
		{ previous_group_key_id: "x" },
		{ invoker_public_key_id: "x" },
		{ signed_by_user_id: "x", signed_by_user_sign_key_id: "0193c0f5-0000-7000-8000-000000000000" },
		{ signed_by_user_id: "0193c0f5-0000-7000-8000-000000000000", signed_by_user_sign_key_id: "x" },
	])("is 400/1 for an id of the wrong form: %j", async (change) => {
		await expectRefusal((await start(change)).answer, SERVER_ERRORS.INVALID_ID);
	});

	it("looks at the ids before the public keys, and at the sign members before both", async () => {
		const unusable = { public_group_key: "no key", previous_group_key_id: "x" };
		await expectRefusal((await start(unusable)).answer, SERVER_ERRORS.INVALID_ID);
		const incomplete = { ...unusable, verify_key: undefined };
		await expectRefusal((await start(incomplete)).answer, SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
	});

	it("does not look at the ids of a signer unless both are there", async () => {
		expect((await start({ signed_by_user_id: "x" })).answer).toMatchObject({ ok: true });
	});

	it.each([
		{ public_group_key: "no key" },
		{ keypair_encrypt_alg: "unknown" },
		{ verify_key: "no key" },
		{ keypair_sign_alg: "unknown" },
	])("refuses a public key that does not fit its algorithm: %j", async (change) => {
		await expectRefusal((await start(change)).answer, SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
	});

	it("refuses a previous key of somebody else, and a public key of another device", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const other = await newUser(server);
		const start = (change: object) =>
			call(server, userKeyRoutes.startKeyRotation, { jwt: user.jwt, body: { ...rotationBody(user), ...change } });
		const foreign = { previous_group_key_id: newest(other.userKeys).groupKeyId };
		await expectRefusal(start(foreign), FAILURES.WRAPPED_KEY_UNKNOWN);
		await expectRefusal(start({ invoker_public_key_id: other.deviceId }), SERVER_ERRORS.INVALID_ID);
		expect(await listKeys(server, user)).toHaveLength(1);
	});
});

describe("the end of a rotation on a device", () => {
	async function waiting() {
		const server = await startApi();
		const [first, second] = await threeDevices(server);
		const rotated = await rotate(server, first);
		await server.api.runJobs();
		const [rotation] = await listRotations(server, second);
		if (rotation === undefined) throw new Error("no rotation waits");
		return { server, rotated, second, rotation };
	}

	const done = (server: TestApi, { jwt, deviceId }: Session, keyId: string, change: object = {}) =>
		call(server, userKeyRoutes.finishKeyRotation, {
			jwt,
			params: { key_id: keyId },
			body: { encrypted_new_group_key: "another", public_key_id: deviceId, encrypted_alg: "alg", ...change },
		});

	it("may be repeated, and changes nothing then", async () => {
		const { server, second, rotation } = await waiting();
		const finished = await finish(server, second, rotation);
		expect(await result(done(server, second, rotation.new_group_key_id))).toBe("Success");
		expect((await login(server, "second")).userKeys.map((key) => key.groupKeyId)).toEqual(keyIds(finished));
	});

	it("never fails for unknown keys, and stores nothing for them or for a key of somebody else", async () => {
		const { server, second } = await waiting();
		const other = await newUser(server);
		const before = rows(server, "wrappedKeys");
		for (const keyId of ["x", crypto.generateRegisterData({}).identifier, newest(other.userKeys).groupKeyId]) {
			expect(await result(done(server, second, keyId))).toBe("Success");
		}
		expect(rows(server, "wrappedKeys")).toEqual(before);
		expect(await listRotations(server, second)).toHaveLength(1);
	});

	it("refuses a key that is wrapped by another public key than the device's", async () => {
		const { server, rotated, second, rotation } = await waiting();
		const answer = done(server, second, rotation.new_group_key_id, { public_key_id: rotated.deviceId });
		await expectRefusal(answer, SERVER_ERRORS.INVALID_ID);
		expect(await listRotations(server, second)).toEqual([rotation]);
	});
});
