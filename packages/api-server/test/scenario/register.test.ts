import { deviceRoutes, loginRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { login, openChallenge, registerBody } from "../support/client.js";
import { rows } from "../support/database.js";
import { recordedRegistration } from "../support/vectors.js";

describe("register", () => {
	it("takes what the reference client sends", async () => {
		const server = await startApi();
		const body = recordedRegistration();
		const registered = await result(call(server, userRoutes.register, { body }));
		expect(registered.device_identifier).toBe(body.device.device_identifier);
	});

	it("returns every key string as it was sent", async () => {
		const server = await startApi();
		const body = registerBody("alice");
		await result(call(server, userRoutes.register, { body }));
		const { proof } = await openChallenge(server, "alice");
		const doneLogin = await call(server, loginRoutes.doneLogin, { body: proof });
		const { user_keys, hmac_keys } = await result(call(server, loginRoutes.verifyLogin, { body: proof }));
		const { device, group } = body;
		expect(doneLogin).toMatchObject({
			result: {
				Direct: {
					device_keys: {
						encrypted_master_key: device.master_key.encrypted_master_key,
						encrypted_private_key: device.derived.encrypted_private_key,
						public_key_string: device.derived.public_key,
						keypair_encrypt_alg: device.derived.keypair_encrypt_alg,
						encrypted_sign_key: device.derived.encrypted_sign_key,
						verify_key_string: device.derived.verify_key,
						keypair_sign_alg: device.derived.keypair_sign_alg,
					},
				},
			},
		});
		expect(user_keys).toHaveLength(1);
		expect(user_keys[0]).toMatchObject({
			encrypted_group_key: group.encrypted_group_key,
			group_key_alg: group.group_key_alg,
			encrypted_private_group_key: group.encrypted_private_group_key,
			public_group_key: group.public_group_key,
			keypair_encrypt_alg: group.keypair_encrypt_alg,
			encrypted_sign_key: group.encrypted_sign_key,
			verify_key: group.verify_key,
			keypair_sign_alg: group.keypair_sign_alg,
			public_key_sig: group.public_key_sig,
		});
		expect(hmac_keys[0]).toMatchObject({
			encrypted_hmac_key: group.encrypted_hmac_key,
			encrypted_hmac_alg: group.encrypted_hmac_alg,
			encrypted_hmac_encryption_key_id: user_keys[0]?.group_key_id,
		});
	});

	it("uses one id for a device and one for a key generation, and leaves out what is empty", async () => {
		const server = await startApi();
		const { device_id, user_id } = await result(call(server, userRoutes.register, { body: registerBody("alice") }));
		const { opened, proof } = await openChallenge(server, "alice");
		expect(opened).toMatchObject({ deviceId: device_id, userId: user_id });
		const verified = await call(server, loginRoutes.verifyLogin, { body: proof });
		const { user_keys } = await result(verified);
		const id = user_keys[0]?.group_key_id;
		expect(user_keys[0]).toMatchObject({
			key_pair_id: id,
			keypair_sign_id: id,
			public_key_sig_key_id: id,
			user_public_key_id: device_id,
		});
		expect(verified.json).not.toContain("null");
		expect(verified.json).not.toContain("signed_by_user_id");
	});

	it("stores neither identifier nor tokens in clear", async () => {
		const server = await startApi();
		await result(call(server, userRoutes.register, { body: registerBody("somebody@example.com") }));
		const { refreshToken } = await login(server, "somebody@example.com");
		const stored = JSON.stringify(
			["apps", "jwtKeys", "devices", "users", "sessions", "loginChallenges"].map((table) => rows(server, table)),
		);
		for (const secret of ["somebody@example.com", refreshToken, server.app.publicToken, server.app.secretToken]) {
			expect(stored).not.toContain(secret);
		}
		expect(rows(server, "sessions")).toHaveLength(1);
	});

	it.each(["encrypted_sign_key", "verify_key", "keypair_sign_alg", "public_key_sig"] as const)(
		"without %s is 400/117, also for a taken identifier",
		async (member) => {
			const server = await startApi();
			await result(call(server, userRoutes.register, { body: registerBody("alice") }));
			const { [member]: _, ...group } = registerBody("alice").group;
			for (const body of [
				{ ...registerBody("alice"), group },
				{ ...registerBody("alice"), group: { ...group, [member]: null } },
			]) {
				await expectRefusal(call(server, userRoutes.register, { body }), SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
			}
		},
	);

	it("with a public key that does not fit its algorithm is 400/201", async () => {
		const server = await startApi();
		const { device, group } = registerBody("alice");
		const { derived } = device;
		const bodies = [
			{ group, device: { ...device, derived: { ...derived, public_key: "no key" } } },
			{ group, device: { ...device, derived: { ...derived, public_key: derived.verify_key } } },
			{ group, device: { ...device, derived: { ...derived, keypair_encrypt_alg: "ROT-13" } } },
			{ group, device: { ...device, derived: { ...derived, verify_key: derived.public_key } } },
			{ device, group: { ...group, public_group_key: group.verify_key } },
			{ device, group: { ...group, verify_key: group.public_group_key } },
			{ device, group: { ...group, keypair_sign_alg: group.keypair_encrypt_alg } },
		];
		for (const body of bodies) {
			await expectRefusal(call(server, userRoutes.register, { body }), SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
		}
		const device2 = { ...device, derived: { ...derived, public_key: "no key" } };
		const waiting = call(server, deviceRoutes.prepareRegisterDevice, { body: device2 });
		await expectRefusal(waiting, SERVER_ERRORS.PUBLIC_KEY_UNUSABLE);
	});

	it("of one identifier by many at once succeeds for exactly one, while devices may wait with it", async () => {
		const server = await startApi();
		const body = registerBody("alice");
		const many = <Result>(request: () => Promise<Result>) => Promise.all(Array.from({ length: 4 }, request));
		const [registered, started] = await Promise.all([
			many(() => call(server, userRoutes.register, { body })),
			many(() => call(server, deviceRoutes.prepareRegisterDevice, { body: body.device })),
		]);
		expect(registered.filter((answer) => answer.ok)).toHaveLength(1);
		for (const answer of [...registered, ...started].filter((candidate) => !candidate.ok)) {
			await expectRefusal(answer, SERVER_ERRORS.IDENTIFIER_EXISTS);
		}
		expect(rows(server, "devices")).toHaveLength(1);
	});

	it("that is refused leaves nothing behind", async () => {
		const server = await startApi();
		const body = registerBody("alice");
		await result(call(server, userRoutes.register, { body }));
		const stored = () =>
			["users", "groups", "groupKeys", "members", "wrappedKeys", "searchKeys"].map((table) => rows(server, table));
		const before = stored();
		await expectRefusal(call(server, userRoutes.register, { body }), SERVER_ERRORS.IDENTIFIER_EXISTS);
		expect(stored()).toEqual(before);
	});

	it("takes identifiers as they are: empty, long, case-sensitive", async () => {
		const server = await startApi();
		for (const identifier of ["", "Alice", "alice", "ä".repeat(1000)]) {
			const registered = await result(call(server, userRoutes.register, { body: registerBody(identifier) }));
			expect(registered.device_identifier).toBe(identifier);
			expect((await login(server, identifier)).userId).toBe(registered.user_id);
		}
	});
});
