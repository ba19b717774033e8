import { createHash } from "node:crypto";
import type { TestApi } from "@sentc-ts/test-world";
import { codeAt } from "@sentc-ts/test-world";
import { deviceRoutes, loginRoutes, otpRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import {
	login,
	loginKeysOf,
	NEW_PASSWORD,
	newUser,
	openChallenge,
	passwordChange,
	registerBody,
} from "../support/client.js";
import { withDatabase } from "../support/database.js";
import { filesOf, forms } from "../support/files.js";
import { prove, registerOtp } from "../support/second-factor.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest();

describe("a copy of the database without the root key", () => {
	/** What a dictionary attack needs of a device: by what to find it, and against what to test a password. */
	function guessable(identifier: string, derived: Record<"salt" | "verifier" | "masterKey", string>) {
		const known = [Buffer.from(identifier), sha256(identifier)];
		return [...known, ...Object.values(derived)].flatMap((value) => forms(value));
	}

	it("no identifier is found by dictionary and no password guessed: neither when it was stored, nor after any change", async () => {
		const server = await startApi();
		const user = await newUser(server, "alice@example.org");
		const { device } = registerBody("alice@example.org");
		const { client_random_value: salt, hashed_authentication_key: verifier, public_key } = device.derived;
		const first = { salt, verifier, masterKey: device.master_key.encrypted_master_key };
		const expectNothing = (values: Buffer[]) => {
			const files = filesOf(server);
			expect(values.filter((value) => files.includes(value)).map(String)).toEqual([]);
			// What may be read there: the log is among the files.
			expect(files.includes(public_key.slice(20, 100))).toBe(true);
		};
		expectNothing(guessable("alice@example.org", first));

		const change = await passwordChange(server, "alice@example.org", NEW_PASSWORD);
		await result(call(server, userRoutes.changePassword, { jwt: user.jwt, body: change }));
		const second = {
			salt: change.new_client_random_value,
			verifier: change.new_hashed_authentication_key,
			masterKey: change.new_encrypted_master_key,
		};
		const identifier = "alice@example.com";
		await result(call(server, userRoutes.updateIdentifier, { jwt: user.jwt, body: { user_identifier: identifier } }));
		await expect(login(server, identifier, NEW_PASSWORD)).resolves.toBeDefined();
		const waiting = registerBody("bob@example.org").device;
		await result(call(server, deviceRoutes.prepareRegisterDevice, { body: waiting }));
		const all = [...guessable(identifier, second), ...guessable("bob@example.org", first)];
		expectNothing(all);
		await server.api.close();
		expectNothing([...guessable("alice@example.org", first), ...all]);
	});

	it("the same identifier in another app, which the attacker may register there, has another index", async () => {
		const server = await startApi();
		await newUser(server, "alice");
		await newUser({ ...server, app: await server.api.apps.create({ options: { user_register: 1 } }) }, "alice");
		const stored = withDatabase(server, (db) => db.prepare(`select "identifierIndex" from devices`).all([]));
		expect(new Set(stored.map((row) => JSON.stringify(row))).size).toBe(2);
	});
});

describe("whoever can write into the database, without the root key,", () => {
	async function twoUsers() {
		const faults: unknown[] = [];
		const server = await startApi(undefined, (fault) => faults.push(fault));
		const alice = await newUser(server, "alice");
		const mallory = await newUser(server, "mallory");
		const change = await passwordChange(server, "mallory", NEW_PASSWORD);
		await result(call(server, userRoutes.changePassword, { jwt: mallory.jwt, body: change }));
		/** Sets a column of alice's device to a value of mallory's, or of another column. */
		const put = (column: string, from: string, deviceId = mallory.deviceId) =>
			withDatabase(server, (db) =>
				db
					.prepare(`update devices set "${column}" = (select "${from}" from devices where id = ?) where id = ?`)
					.run([deviceId, alice.deviceId]),
			);
		return { server, alice, mallory, faults, put };
	}

	/** A fault of the server, which its operator hears of: no answer that is made of the value. */
	async function expectFault(faults: unknown[], answer: ReturnType<typeof call>): Promise<void> {
		await expectRefusal(answer, SERVER_ERRORS.INTERNAL);
		expect(String(faults.pop())).toContain("SealBroken");
	}

	const saltOf = (server: TestApi) => call(server, loginRoutes.prepareLogin, { body: { user_identifier: "alice" } });

	it("can't give somebody else the password, salt or master key of an account of theirs", async () => {
		const { server, mallory, faults, put } = await twoUsers();
		const { authKey } = await loginKeysOf(server, mallory.identifier, NEW_PASSWORD);
		const doneLogin = () =>
			call(server, loginRoutes.doneLogin, { body: { auth_key: authKey, device_identifier: "alice" } });
		await expectRefusal(doneLogin(), SERVER_ERRORS.LOGIN_REFUSED);
		put("sealedHashedAuthenticationKey", "sealedHashedAuthenticationKey");
		await expectFault(faults, doneLogin());
		put("sealedClientRandomValue", "sealedClientRandomValue");
		await expectFault(faults, saltOf(server));
	});

	it("can't put one sealed value of an account into the place of another one", async () => {
		const { server, alice, faults, put } = await twoUsers();
		const { authKey } = await loginKeysOf(server, "alice");
		put("sealedClientRandomValue", "sealedHashedAuthenticationKey", alice.deviceId);
		await expectFault(faults, saltOf(server));
		put("sealedEncryptedMasterKey", "sealedIdentifierHash", alice.deviceId);
		const body = { auth_key: authKey, device_identifier: "alice" };
		await expectFault(faults, call(server, loginRoutes.doneLogin, { body }));
		put("sealedIdentifierHash", "sealedHashedAuthenticationKey", alice.deviceId);
		const params = { last_time: "0", last_id: "none" };
		await expectFault(faults, call(server, deviceRoutes.listDevices, { jwt: alice.jwt, params }));
	});

	it("can't open an account with a second factor or recovery key of theirs", async () => {
		const { server, alice, mallory } = await twoUsers();
		await registerOtp(server, alice);
		const otp = await registerOtp(server, { ...mallory, jwt: (await login(server, "mallory", NEW_PASSWORD)).jwt });
		withDatabase(server, (db) => {
			const copy = `update "secondFactors" set "sealedSecret" = (select "sealedSecret" from "secondFactors" where "userId" = ?)`;
			db.prepare(`${copy} where "userId" = ?`).run([mallory.userId, alice.userId]);
			const keys = `select "sealedKey" from "recoveryKeys" where "userId" = ? limit 1`;
			db.prepare(`update "recoveryKeys" set "sealedKey" = (${keys}) where "userId" = ?`).run([
				mallory.userId,
				alice.userId,
			]);
		});
		const code = codeAt(otp.secret, server.clock.now());
		await expectRefusal(prove(server, "alice", code), SERVER_ERRORS.OTP_SECRET_UNUSABLE);
		await expectRefusal(call(server, otpRoutes.recoveryKeys, { jwt: alice.jwt }), SERVER_ERRORS.OTP_SECRET_UNUSABLE);
	});

	it("can't let an app sign with the JWT key of another one", async () => {
		const { server, faults } = await twoUsers();
		const other = await server.api.apps.create();
		const { proof } = await openChallenge(server, "alice");
		await server.api.apps.addJwtKey(server.app.appId);
		withDatabase(server, (db) => {
			const copy = `update "jwtKeys" set "signKey" = (select "signKey" from "jwtKeys" where "appId" = ?)`;
			db.prepare(`${copy} where "appId" = ?`).run([other.appId, server.app.appId]);
		});
		await expectFault(faults, call(server, loginRoutes.verifyLogin, { body: proof }));
	});
});

it("a sealed value that was changed by a bit, shortened or replaced by clear text is refused", async () => {
	const faults: unknown[] = [];
	const server = await startApi(undefined, (fault) => faults.push(fault));
	const { deviceId } = await newUser(server, "alice");
	const column = "sealedClientRandomValue";
	const [row] = withDatabase(server, (db) => db.prepare(`select "${column}" from devices`).all([])) as [
		Record<string, string>,
	];
	const sealed = row[column] ?? "";
	const bytes = Buffer.from(sealed.slice(3), "base64");
	const flipped = Array.from(bytes, (byte, index) => Buffer.from(bytes).fill(byte ^ 1, index, index + 1));
	const changed = [...flipped, bytes.subarray(1), bytes.subarray(0, -1), bytes.subarray(0, 27), Buffer.alloc(0)].map(
		(value) => `s1:${value.toString("base64")}`,
	);
	const clear = registerBody("alice").device.derived.client_random_value;
	for (const value of [...changed, clear, `s1:${clear}`, "s1:", "s1:*", sealed.replace("s1:", "s2:"), ""]) {
		withDatabase(server, (db) => db.prepare(`update devices set "${column}" = ? where id = ?`).run([value, deviceId]));
		const answer = call(server, loginRoutes.prepareLogin, { body: { user_identifier: "alice" } });
		await expectRefusal(answer, SERVER_ERRORS.INTERNAL);
	}
	expect(faults.every((fault) => String(fault).includes("SealBroken"))).toBe(true);
	withDatabase(server, (db) => db.prepare(`update devices set "${column}" = ? where id = ?`).run([sealed, deviceId]));
	await expect(login(server, "alice")).resolves.toBeDefined();
});
