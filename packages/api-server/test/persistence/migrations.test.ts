import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Clock, codeAt, STEP, type TestApi, tier } from "@sentc-ts/test-world";
import {
	deviceRoutes,
	groupRoutes,
	loginRoutes,
	otpRoutes,
	SERVER_ERRORS,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { DEFAULT_APP_OPTIONS } from "../../src/domain/app/app.js";
import { isId } from "../../src/ids.js";
import { createApi } from "../../src/index.js";
import { LETTER, readSecrets, type StoredSession } from "../fixtures/secrets.js";
import { call, expectRefusal, result, startApi, temporaryFolder } from "../support/api.js";
import { crypto, login, newest, registerBody, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { confirmDevice, finishAll, listRotations, startDevice, wrapKeys } from "../support/devices.js";
import { claimsOf } from "../support/jwt.js";
import { lightLogin } from "../support/light.js";
import { loginWith, prove } from "../support/second-factor.js";
import { listSessions, rotated } from "../support/sessions.js";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const VERSIONS = readdirSync(FIXTURES).filter((name) => /^\d{4}$/.test(name));
/** The quick tests go all the way, and the last step of it. */
const TESTED = tier === "quick" ? [VERSIONS[0], VERSIONS.at(-1)].filter((name) => name !== undefined) : VERSIONS;
const DAY = 24 * 60 * 60 * 1000;

const keysOf = ({ userKeys }: Session) => userKeys.map(({ groupKeyId, groupKey }) => [groupKeyId, groupKey]);

/** What the API hands out to others, in the form of an export. */
async function publicHalves(server: TestApi, user_id: string, key_id: string) {
	const params = { user_id, key_id };
	const { public_key, ...others } = await result(call(server, userRoutes.userPublicKeyById, { params }));
	const { verify_key, ...rest } = await result(call(server, userRoutes.userVerifyKey, { params }));
	return {
		publicKey: JSON.stringify({ ...others, public_key_pem: public_key }),
		verifyKey: JSON.stringify({ ...rest, verify_key_pem: verify_key }),
	};
}

/** Tables and indexes, whatever the blanks in their definitions. */
function schemaOf(server: Pick<TestApi, "database">): string[] {
	return rows(server, "sqlite_master")
		.map(({ type, name, sql }) => `${type} ${name}: ${String(sql).replaceAll(/\s+/g, " ")}`)
		.sort();
}

/** Tables, and columns as `table.column`, that a later migration changes on purpose: the test of that is to be written here. */
const CHANGED: readonly string[] = [
	// Sealed by 0004: what they hold shows in logins, device lists and second factors.
	"meta",
	...["identifierHash", "clientRandomValue", "hashedAuthenticationKey", "encryptedMasterKey"].map(
		(column) => `devices.${column}`,
	),
	...["secondFactors.sealedSecret", "recoveryKeys.sealedKey", "jwtKeys.signKey"],
	// Became `sessions` in 0006: they go on.
	"refreshTokens",
	// Was null everywhere since 0005.
	"devices.registrationTokenHash",
];

/** What has to be the same before and after the migrations: the rows of every table, in any order. */
function valuesOf(database: string, columns: Record<string, string[]>): Record<string, string[]> {
	const values = Object.entries(columns).map(([table, names]) => {
		const lines = rows({ database }, table).map((row) => JSON.stringify(names.map((name) => row[name] ?? null)));
		return [table, lines.sort()];
	});
	return Object.fromEntries(values);
}

function columnsOf(database: string): Record<string, string[]> {
	const tables = rows({ database }, "sqlite_master").filter(({ type }) => type === "table");
	const names = tables.map(({ name }) => String(name)).filter((name) => !name.startsWith("kysely_"));
	const columns = (table: string) => Object.keys(rows({ database }, table)[0] ?? {});
	const kept = (table: string) => columns(table).filter((column) => !CHANGED.includes(`${table}.${column}`));
	return Object.fromEntries(names.filter((name) => !CHANGED.includes(name)).map((name) => [name, kept(name)]));
}

function expectIntact(server: TestApi): void {
	const found = withDatabase(server, (connection) =>
		["integrity_check", "foreign_key_check"].map((name) => connection.prepare(`pragma ${name}`).all([])),
	);
	expect(found).toEqual([[{ integrity_check: "ok" }], []]);
}

/** Takes back what came after the first release. */
const TO_FIRST_RELEASE = `
	drop index "refreshTokens_usedAt";
	alter table "refreshTokens" rename column "usedAt" to "createdAt";
	${["secondFactors", "recoveryKeys", "openRotations", "jobs"].map((table) => `drop table "${table}";`).join("\n")}
	${["encryptedEphemeralKey", "encryptedGroupKeyByEphemeral", "ephemeralAlg", "previousGroupKeyId"]
		.map((column) => `alter table "groupKeys" drop column "${column}";`)
		.join("\n")}
	delete from kysely_migration where name > '0001-initial';`;

it("there are stored databases", () => {
	expect(VERSIONS).toEqual(expect.arrayContaining(["0003", "0004", "0006", "0007", "0009", "0010"]));
});

describe.each(TESTED)("a database that was last changed by migration %s", (version) => {
	const secrets = readSecrets(version);
	const sessionOf = (identifier: string) =>
		secrets.sessions.findLast((session) => session.identifier === identifier) as StoredSession;

	function copy(): string {
		const database = join(temporaryFolder(), "sentc.db");
		copyFileSync(new URL(`${version}/sentc.db`, FIXTURES), database);
		return database;
	}

	/** The current code on a copy, some time after it was closed (ms). */
	async function open(later = 0): Promise<TestApi> {
		const database = copy();
		const clock = Clock.standing(secrets.time + later);
		const rootKey = new Uint8Array(Buffer.from(secrets.rootKey, "base64"));
		const config = { database, rootKey, developmentApp: true, now: clock.now, rateLimits: false } as const;
		const api = await createApi({ ...config, runJobs: false });
		onTestFinished(() => api.close());
		return { api, app: secrets.shop, clock, database, rootKey, close: api.close };
	}

	const refresh = (server: TestApi, { jwt, refreshToken }: Pick<StoredSession, "jwt" | "refreshToken">) =>
		call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } });

	it("gets the tables of a new one, and is intact", async () => {
		const [server, fresh] = [await open(), await startApi()];
		expect(schemaOf(server)).toEqual(schemaOf(fresh));
		const migrations = (of: TestApi) => rows(of, "kysely_migration").map(({ name }) => name);
		expect(migrations(server)).toEqual(migrations(fresh));
		expect(migrations(server).slice(0, secrets.migrations.length)).toEqual(secrets.migrations);
		expectIntact(server);
	});

	it("keeps every value that no migration is meant to change", async () => {
		const [before, { database }] = [copy(), await open()];
		// Devices that wait have a table of their own since 0005, and start again.
		withDatabase({ database: before }, (connection) => connection.exec("delete from devices where userId is null"));
		const columns = columnsOf(before);
		expect(valuesOf(database, columns)).toEqual(valuesOf(before, columns));
	});

	it("has its apps, with options, tokens and JWT keys", async () => {
		const { api } = await open();
		// An option that there was not yet has its default.
		const apps = secrets.apps.map(({ development, ...app }) => ({
			// Where there were no files yet, they are off, but in the development app.
			files: { storage: development ? "own" : "off", url: null },
			...{ ...app, development },
			options: { ...DEFAULT_APP_OPTIONS, ...app.options },
		}));
		expect(await api.apps.list()).toEqual(apps);
		expect(await api.apps.listJwtKeys(secrets.shop.appId)).toEqual(secrets.jwtKeys);
		expect(api.developmentApp).toEqual(secrets.development);
		const exists = (app: typeof secrets.shop, token: string) =>
			call({ api, app }, userRoutes.exists, { token, body: { user_identifier: "plain" } });
		for (const token of ["publicToken", "secretToken"] as const) {
			expect(await exists(secrets.shop, secrets.shop[token])).toMatchObject({ result: { available: false } });
			const { development, disabled } = secrets;
			expect(await exists(development, development[token])).toMatchObject({ result: { available: true } });
			await expectRefusal(exists(disabled, disabled[token]), SERVER_ERRORS.APP_DISABLED);
		}
	});

	it("accepts its JWTs, also those that an older key signed", async () => {
		const server = await open();
		for (const { jwt, userId, deviceId } of secrets.sessions) {
			const input = { jwt, token: secrets.shop.secretToken };
			const owner = await result(call(server, sessionRoutes.jwtOwner, input));
			expect(owner).toMatchObject({ id: userId, device_id: deviceId });
		}
		const keyOf = ({ jwt }: StoredSession) => JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString());
		const [first, second] = secrets.sessions;
		expect([first, second].map((session) => session && keyOf(session).kid)).toEqual(
			secrets.jwtKeys.map(({ id }) => id).reverse(),
		);
	});

	it("has a list of its sessions, in which each has an id of its own", async () => {
		const server = await open();
		const { jwt, userId } = sessionOf("plain");
		const before = secrets.sessions.filter((session) => session.userId === userId);
		const ids = (await listSessions(server, jwt)).map(({ session_id }) => session_id);
		expect(new Set(ids).size).toBe(before.length);
		for (const id of ids) expect(isId(id)).toBe(true);
		for (const session of before) {
			const { jwt: refreshed } = await result(refresh(server, session));
			expect(ids).toContain(claimsOf(refreshed)["sid"]);
			expect([undefined, claimsOf(refreshed)["sid"]]).toContain(claimsOf(session.jwt)["sid"]);
		}
		const keep = ids[0];
		const { jwt: fresh } = await login(server, "plain");
		await result(call(server, sessionRoutes.endSessions, { jwt: fresh, body: { keep } }));
		expect(await listSessions(server, fresh)).toMatchObject([{ session_id: keep }]);
	});

	it("replaces refresh tokens", async () => {
		const server = await open(STEP + 1);
		const session = sessionOf("plain");
		const next = await rotated(server, session);
		server.clock.advance(STEP + 1);
		expect(await refresh(server, next)).toMatchObject({ ok: true });
		await expectRefusal(refresh(server, session), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
		await expectRefusal(refresh(server, next), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
	});

	it("knows which refresh tokens it has replaced, and ends the session of one that is used again", async () => {
		const { replaced } = secrets;
		const [soon, late] = [await open(), await open(STEP + 1)];
		const unknown = { jwt: sessionOf("plain").jwt, refreshToken: "no session has this one" };
		const answers = [await refresh(soon, replaced ?? unknown), await refresh(late, replaced ?? unknown)];
		expect(answers.map(({ ok }) => ok)).toEqual([replaced !== undefined, false]);
		const ended = secrets.sessions.map(async (session) => !(await refresh(late, session)).ok);
		expect((await Promise.all(ended)).filter(Boolean)).toHaveLength(replaced ? 1 : 0);
	});

	it("goes on with its sessions, and ends them 90 days after their last use", async () => {
		const light = async (server: TestApi) => {
			const { identifier, refreshToken, userId } = secrets.light;
			const { jwt } = await lightLogin(server, identifier);
			expect(claimsOf(jwt)).toMatchObject({ aud: userId });
			return { jwt, refreshToken };
		};
		const [soon, late] = [await open(89 * DAY), await open(91 * DAY)];
		const sessions = async (server: TestApi) => [...secrets.sessions, await light(server)];
		for (const session of await sessions(soon)) expect(await refresh(soon, session)).toMatchObject({ ok: true });
		for (const session of await sessions(late)) {
			await expectRefusal(refresh(late, session), SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN);
		}
	});

	/** The device has the keys of before, they work, and the public halves that others get fit them. */
	async function expectKeys(server: TestApi, session: Session, before: StoredSession): Promise<void> {
		expect(keysOf(session)).toEqual(expect.arrayContaining([...before.keys]));
		const key = session.userKeys.find(({ groupKeyId }) => groupKeyId === before.keys[0]?.[0]);
		if (key === undefined) throw new Error("the newest key is not there");
		const { publicKey, verifyKey } = await publicHalves(server, session.userId, key.groupKeyId);
		expect(crypto.verifyUserPublicKey({ publicKey, verifyKey })).toBe(true);
		const signed = crypto.encryptString({ key: { publicKey }, text: LETTER, signKey: key.signKey });
		const read = (text: string) => crypto.decryptString({ key: { privateKey: key.privateKey }, text, verifyKey });
		expect(read(signed)).toMatchObject({ text: LETTER, signature: "verified" });
		expect(read(before.letter)).toMatchObject({ text: LETTER });
	}

	it.each(["plain", "watch", "laptop", "phone"])("logs in %s by the password, with all keys", async (identifier) => {
		const server = await open();
		const before = sessionOf(identifier);
		const session = await login(server, identifier);
		expect(session).toMatchObject({ userId: before.userId, deviceId: before.deviceId });
		await expectKeys(server, session, before);
	});

	it("goes on with a login that lacks its last step", async () => {
		const server = await open();
		const verify = () => call(server, loginRoutes.verifyLogin, { body: secrets.challenge });
		expect(claimsOf((await result(verify())).jwt)).toMatchObject({ sub: sessionOf("plain").deviceId });
		await expectRefusal(verify(), SERVER_ERRORS.LOGIN_REFUSED);
	});

	it("asks for the second factor, which has not forgotten what was used", async () => {
		const server = await open();
		const { secret, recover } = secrets.otp;
		const [used = "", ...unused] = recover;
		await expectRefusal(prove(server, "guarded", codeAt(secret, secrets.time)), SERVER_ERRORS.OTP_WRONG);
		await expectRefusal(prove(server, "guarded", used, "validateRecoveryKey"), SERVER_ERRORS.OTP_NOT_ENABLED);
		server.clock.advance(STEP);
		const session = await loginWith(server, "guarded", codeAt(secret, server.clock.now()));
		await expectKeys(server, session, sessionOf("guarded"));
		const { keys } = await result(call(server, otpRoutes.recoveryKeys, { jwt: session.jwt }));
		expect(keys).toEqual(unused);
		for (const key of unused) await loginWith(server, "guarded", key, "validateRecoveryKey");
	});

	it("has its groups with keys for content and for search", async () => {
		const server = await open();
		const { userKeys, jwt } = await login(server, "plain");
		const all = { last_time: "0", last_id: "none" };
		const groups = await result(call(server, groupRoutes.listGroups, { jwt, params: all }));
		expect(groups.map(({ group_id }) => group_id)).toEqual([secrets.group.id]);
		const group = await result(call(server, groupRoutes.getGroup, { jwt, params: { group_id: secrets.group.id } }));
		expect(group).toMatchObject({ rank: 0, access_by: "User" });
		// The group was made before the last rotation.
		const { privateKey = "" } = userKeys.at(-1) ?? {};
		const { groupKey } = newest(crypto.openGroupKeys({ keys: group.keys.map((key) => ({ privateKey, key })) }).keys);
		const { encrypted, text } = secrets.group;
		expect(crypto.decryptString({ key: { symmetric: groupKey }, text: encrypted })).toMatchObject({ text });
		expect(crypto.openHmacKeys({ keys: [{ groupKey, hmacKey: newest(group.hmac_keys) }] }).keys[0]).toContain(
			"HmacSha256",
		);
		expect(
			crypto.openSortableKeys({ keys: [{ groupKey, sortableKey: newest(group.sortable_keys) }] }).keys[0],
		).toContain("Ope16");
	});

	it("finishes the rotations that were under way", async () => {
		const server = await open();
		const phone = await login(server, "phone");
		expect(await listRotations(server, phone)).toMatchObject([{ error: null }]);
		expect(rows(server, "jobs").filter(({ kind }) => kind === "keyRotation")).toHaveLength(1);
		await server.api.runJobs();
		expect(rows(server, "jobs")).toEqual([]);
		const finished = await finishAll(server, phone);
		expect(keysOf(finished)).toEqual(sessionOf("laptop").keys);
		expect(await listRotations(server, phone)).toEqual([]);
		await expectKeys(server, await login(server, "phone"), sessionOf("laptop"));

		const watch = await login(server, "watch");
		expect(await listRotations(server, watch)).toMatchObject([{ error: expect.stringMatching(/./) }]);
		expectIntact(server);
	});

	it("lets the device in that waits, and takes further keys for the one that was let in", async () => {
		const server = await open();
		const plain = await login(server, "plain");
		const userKeys = wrapKeys(secrets.waiting, plain.userKeys);
		const body = { token: secrets.waiting.token, user_keys: userKeys };
		const confirmed = call(server, deviceRoutes.doneRegisterDevice, { jwt: plain.jwt, body });
		if (version < "0005") {
			// It starts again.
			await expectRefusal(confirmed, SERVER_ERRORS.USER_NOT_FOUND);
			const again = await startDevice(server, registerBody(secrets.waiting.device_identifier).device);
			await confirmDevice(server, plain, again);
		} else await result(confirmed);
		expect(keysOf(await login(server, secrets.waiting.device_identifier))).toEqual(keysOf(plain));

		const watch = await login(server, "watch");
		const { keys } = crypto.prepareKeysForNewMember({
			publicKey: watch.device.exportedPublicKey,
			groupKeys: plain.userKeys.map(({ groupKey }) => groupKey),
			rank: null,
			keySession: false,
		});
		const params = { session_id: secrets.keySession };
		const uploaded = call(server, deviceRoutes.uploadDeviceKeys, { jwt: plain.jwt, params, body: keys });
		expect(await result(uploaded)).toBe("Success");
		expect(keysOf(await login(server, "watch"))).toEqual(keysOf(plain));
		expectIntact(server);
	});
});

it("a database of the first release keeps users, keys and sessions", async () => {
	const secrets = readSecrets("0003");
	const plain = secrets.sessions.findLast(({ identifier }) => identifier === "plain") as StoredSession;
	const clock = Clock.standing(secrets.time + 365 * DAY);
	const database = join(temporaryFolder(), "sentc.db");
	copyFileSync(new URL("0003/sentc.db", FIXTURES), database);
	withDatabase({ database }, (connection) => connection.exec(TO_FIRST_RELEASE));
	const rootKey = new Uint8Array(Buffer.from(secrets.rootKey, "base64"));
	const api = await createApi({ database, rootKey, now: clock.now });
	onTestFinished(() => api.close());
	const server = { api, app: secrets.shop };
	const body = { refresh_token: plain.refreshToken };
	expect(await call(server, sessionRoutes.refresh, { jwt: plain.jwt, body })).toMatchObject({ ok: true });
	const session = await login(server, "plain");
	expect(session.userId).toBe(plain.userId);
	expect(keysOf(session)).toEqual(plain.keys);
});
