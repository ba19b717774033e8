import { createHmac } from "node:crypto";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Clock, codeAt, STEP } from "@sentc-ts/test-world";
import { loginRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { hash } from "../../src/bytes.js";
import { ApiStartError, createApi, generateRootKey } from "../../src/index.js";
import { deriveSecret } from "../../src/root-key.js";
import { readSecrets } from "../fixtures/secrets.js";
import { call, expectRefusal, result, type Target, temporaryFolder } from "../support/api.js";
import { printed, start } from "../support/cli.js";
import { crypto, login } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { filesOf } from "../support/files.js";
import { prove } from "../support/second-factor.js";

const secrets = readSecrets("0003");
const ROOT_KEY = new Uint8Array(Buffer.from(secrets.rootKey, "base64"));

/** More than fit into one batch. */
const COPIES = 450;

/** A database of the version before, in which nothing but second factors and JWT keys was encrypted, with many devices. */
function unsealed(): string {
	const database = join(temporaryFolder(), "sentc.db");
	copyFileSync(new URL("../fixtures/0003/sentc.db", import.meta.url), database);
	withDatabase({ database }, (connection) => {
		const [device] = connection.prepare("select * from devices where userId is not null").all([]) as [object];
		connection.exec("begin");
		for (let copy = 0; copy < COPIES; copy++) {
			const id = `copy ${String(copy).padStart(3, "0")}`;
			const small = { publicKey: "", encryptedPrivateKey: "", verifyKey: "", encryptedSignKey: "" };
			const row = { ...device, ...small, id, identifierHash: hash(id) };
			const names = Object.keys(row).map((name) => `"${name}"`);
			const insert = `insert into devices (${names}) values (${names.map(() => "?")})`;
			connection.prepare(insert).run(Object.values(row));
		}
		connection.exec("commit");
	});
	return database;
}

const COLUMNS = {
	devices: ["identifierHash", "clientRandomValue", "hashedAuthenticationKey", "encryptedMasterKey"],
	secondFactors: ["sealedSecret"],
	recoveryKeys: ["sealedKey"],
	jwtKeys: ["signKey"],
};

/** Everything in a database that is to be sealed, as it was stored before. */
function valuesInClear(database: string): string[] {
	const values = Object.entries(COLUMNS).flatMap(([table, columns]) =>
		rows({ database }, table).flatMap((row) => columns.map((column) => String(row[column]))),
	);
	return [...new Set(values)];
}

/** Those of which a part is somewhere in the files: a long value goes on in another page. */
function found(database: string, values: string[]): string[] {
	const files = filesOf({ database }).toString("latin1");
	return values.filter((value) => value.match(/.{12}/g)?.some((part) => files.includes(part)));
}

async function open(database: string, rootKey: Uint8Array = ROOT_KEY): Promise<Target & { close(): Promise<void> }> {
	const { now } = Clock.standing(secrets.time);
	const api = await createApi({ database, rootKey, now, rateLimits: false, runJobs: false });
	onTestFinished(() => api.close());
	return { api, app: secrets.shop, close: api.close };
}

const refusedWith = (code: string) =>
	expect.toSatisfy((error) => error instanceof ApiStartError && error.code === code, code);

const count = (database: string, condition: string): number =>
	withDatabase({ database }, (connection) => connection.prepare(`select * from ${condition}`).all([]).length);

function expectSealed(database: string, before: string[]): void {
	expect(found(database, before)).toEqual([]);
	expect(count(database, `devices where "sealedIdentifierHash" is null`)).toBe(0);
	expect(
		rows({ database }, "meta")
			.map(({ name }) => name)
			.sort(),
	).toEqual(["developmentToken", "fakeSalt"]);
}

describe("a database of a version that stored values in clear", () => {
	it("has none of them in its file or log once it is open, not even where they were deleted or overwritten", async () => {
		const database = unsealed();
		const before = valuesInClear(database);
		expect(before.length).toBeGreaterThan(COPIES);
		expect(found(database, before)).toEqual(before);
		const server = await open(database);
		expectSealed(database, before);
		await login(server, "plain");
	});

	it("is refused, and stays as it was, when the root key is another one", async () => {
		const database = unsealed();
		const tables = () => rows({ database }, "sqlite_master");
		const before = [tables(), valuesInClear(database)];
		await expect(open(database, generateRootKey())).rejects.toEqual(refusedWith("ROOT_KEY_MISMATCH"));
		expect([tables(), valuesInClear(database)]).toEqual(before);
	});

	it.each([
		["among the devices", "devices", `old.id = 'copy 300'`],
		["among the recovery keys", "recoveryKeys", "true"],
		["before its last step", "meta", "old.name = 'valuesInClear'"],
	])("goes on where a process ended %s, and serves nobody before it is through", async (where, table, condition) => {
		const database = unsealed();
		const before = valuesInClear(database);
		const stop = (event: string) =>
			`create trigger "stop ${event}" before ${event} on "${table}" when ${condition} begin select raise(abort, 'stop'); end`;
		withDatabase({ database }, (connection) => {
			connection.exec(stop("update"));
			connection.exec(stop("delete"));
		});
		for (let tries = 0; tries < 2; tries++) {
			await expect(open(database)).rejects.toEqual(refusedWith("DATABASE_UNAVAILABLE"));
		}
		await expect(open(database, generateRootKey())).rejects.toEqual(refusedWith("ROOT_KEY_MISMATCH"));
		const left = count(database, `devices where "sealedIdentifierHash" is null`);
		expect(left > 0 && left < COPIES).toBe(where === "among the devices");
		const sealed = rows({ database }, "devices")
			.filter((row) => row["sealedIdentifierHash"] !== null)
			// A column that 0006 removes.
			.map(({ registrationTokenHash: _, ...row }) => row);

		withDatabase({ database }, (connection) =>
			connection.exec(`drop trigger "stop update"; drop trigger "stop delete"`),
		);
		const server = await open(database);
		expectSealed(database, before);
		expect(rows({ database }, "devices")).toEqual(expect.arrayContaining(sealed));
		for (const identifier of ["plain", "watch", "laptop"]) await login(server, identifier);
		await server.close();
		await login(await open(database), "plain");
	});

	it("answers unknown identifiers with the salts of before", async () => {
		const server = await open(unsealed());
		const random = createHmac("sha256", deriveSecret(ROOT_KEY, "fake salt", 32))
			.update(secrets.shop.appId)
			.digest();
		const clientRandomValue = random.subarray(0, 16).toString("base64");
		const { salt_string } = await result(
			call(server, loginRoutes.prepareLogin, { body: { user_identifier: "nobody" } }),
		);
		expect(salt_string).toBe(crypto.createSalt({ clientRandomValue, addString: "nobody" }));
	});

	it("opens with a second factor that was damaged before, which is refused as it was then", async () => {
		const database = unsealed();
		withDatabase({ database }, (connection) => connection.exec(`update "secondFactors" set "sealedSecret" = 'AAAA'`));
		const server = await open(database);
		await login(server, "plain");
		const code = codeAt(secrets.otp.secret, secrets.time + STEP);
		await expectRefusal(prove(server, "guarded", code), SERVER_ERRORS.OTP_SECRET_UNUSABLE);
	});

	it("is sealed by one of several processes that start at once", async () => {
		const database = unsealed();
		const before = valuesInClear(database);
		const env = { SENTC_DATABASE: database, SENTC_ROOT_KEY: secrets.rootKey };
		const ended = await Promise.all([1, 2, 3].map(() => start(temporaryFolder(), ["migrate"], env).end));
		const ran = ended.flatMap((one) => printed(one)[0]?.["migrated"]).sort();
		expect(ran).toEqual([
			"0004-sealed-values",
			"0005-waiting-devices",
			"0006-sessions",
			"0007-groups",
			"0008-files",
			"0009-content-keys",
			"0010-membership-order",
		]);
		expectSealed(database, before);
	});
});
