import { createSentc, MemoryStorage, type SentcClient, type User } from "@sentc-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadReference } from "../src/reference.js";
import { loginAlterations, userKeyAlterations } from "./alterations.js";
import { type Alteration, createAlteringFetch, resultIs } from "./altered.js";
import { covered, DEVIATIONS, expectRecorded, NOT_ANSWERS, namesOf } from "./outcomes.js";
import { probe, probes } from "./recorded.js";
import { newest, type ReferenceDevice } from "./reference-device.js";
import { createWorld, nextIdentifier, type World } from "./world.js";

const network = createAlteringFetch(globalThis.fetch);
let world: World;
let sentc: SentcClient;
let theirs: ReferenceDevice;
/** The same device on our SDK. */
let ours: User;
beforeAll(async () => {
	world = await createWorld();
	loadReference(network.fetch);
	sentc = await connect(new MemoryStorage());
	theirs = await world.signUpReference();
	ours = await sentc.login(theirs.identifier, theirs.password, true);
});
afterAll(() => world.close());

async function connect(storage: MemoryStorage, base_url = world.url): Promise<SentcClient> {
	const { token: app_token } = world;
	const client = createSentc({ worker: false, base_url, app_token, fetch: network.fetch });
	await client.init({ storage: { getStorage: async () => storage } });
	return client;
}

describe("an answer that is altered leads to the same status in both clients", () => {
	it.each(namesOf("done_register: "))("%s", async (name) => {
		const { input = "" } = probe(name);
		const { reference } = world;
		await expectRecorded(name, {
			theirs: () => reference.done_register(input),
			ours: () => sentc.doneRegister(input),
		});
	});

	it("done_check_user_identifier_available", async () => {
		const name = "done_check_user_identifier_available: available as string";
		const { input = "" } = probe(name);
		await expectRecorded(name, {
			theirs: () => world.reference.done_check_user_identifier_available(input),
			ours: () => sentc.doneCheckUserIdentifierAvailable(input),
		});
	});

	it.each(namesOf("general response: "))("%s", async (name) => {
		const { user } = await world.signUp();
		const alteration = { path: "/user", change: () => probe(name).input ?? "" };
		await expectRecorded(name, {
			ours: () => network.during(alteration, () => user.updateUser(nextIdentifier())),
		});
	});

	const http: Record<string, Alteration> = {
		"HTTP 500 with a success envelope": { path: "/exists", change: (answer) => answer, status: 500 },
		"HTTP 200 with an error envelope": {
			path: "/exists",
			change: () => JSON.stringify({ status: false, err_msg: "Wrong username or password", err_code: 112 }),
			status: 200,
		},
		"HTTP 502 html": { path: "/exists", change: () => "<html></html>", status: 502 },
	};
	it.each(Object.entries(http))("%s", async (name, alteration) => {
		await expectRecorded(name, {
			ours: () => network.during(alteration, () => sentc.checkUserIdentifierAvailable("somebody")),
		});
	});

	it("connection refused", async () => {
		const { reference, token } = world;
		const nowhere = await connect(new MemoryStorage(), "http://127.0.0.1:9");
		await expectRecorded("connection refused", {
			theirs: () => reference.register("http://127.0.0.1:9", token, nextIdentifier(), "password"),
			ours: () => nowhere.register(nextIdentifier(), "password"),
		});
	});

	it.each(Object.entries(userKeyAlterations))("user key: %s", async (name, change) => {
		// Our SDK opens a key once.
		const id = await theirs.rotateKey();
		const alteration = { path: `/${id}`, change };
		const answer = () => network.during(alteration, () => theirs.request("GET", `/user/user_keys/key/${id}`));
		await expectRecorded(`user key: ${name}`, {
			theirs: async () => world.reference.done_fetch_user_key(theirs.device.privateKey, await answer()),
			ours: () => network.during(alteration, () => ours.fetchUserKey(id)),
		});
	});

	it.each(namesOf("login: "))("%s", async (name) => {
		const { reference, token, url } = world;
		const alteration = loginAlterations(reference)[name.slice("login: ".length)];
		const { identifier, password } = theirs;
		await expectRecorded(name, {
			theirs: () => network.during(alteration, () => reference.login(url, token, identifier, password)),
			ours: () => network.during(alteration, () => sentc.login(identifier, password)),
		});
	});

	it("init_user and refresh_jwt", async () => {
		const { reference, token, url } = world;
		const { jwt, refreshToken } = theirs;
		const expectInit = async (name: string, result: unknown) => {
			const alteration = { path: "/init", change: resultIs(result) };
			const storage = new MemoryStorage();
			await (await connect(storage)).login(theirs.identifier, theirs.password);
			await expectRecorded(`init_user: ${name}`, {
				theirs: () => network.during(alteration, () => reference.init_user(url, token, jwt, refreshToken)),
				ours: async () => {
					const { resumeError } = await network.during(alteration, () => connect(storage));
					if (resumeError) throw resumeError;
				},
			});
		};
		const invite = { group_id: "g", time: 1_700_000_000_000 };
		await expectInit("invites empty", { jwt, invites: [] });
		await expectInit("invites absent", { jwt });
		await expectInit("time string", { jwt, invites: [{ ...invite, time: String(invite.time) }] });
		await expectInit("ok", { jwt, invites: [invite] });

		const expectRefresh = async (name: string, result: unknown) => {
			const alteration = { path: "/refresh", change: resultIs(result) };
			await expectRecorded(`refresh_jwt: ${name}`, {
				theirs: () => network.during(alteration, () => reference.refresh_jwt(url, token, jwt, refreshToken)),
				ours: () => network.during(alteration, () => sentc.refreshJwt(jwt, refreshToken)),
			});
		};
		await expectRefresh("only jwt", { jwt });
		await expectRefresh("full", { jwt, user_id: theirs.id, device_id: theirs.deviceId });
	});

	it("mfa_login", async () => {
		const { reference, token, url } = world;
		const { identifier, password, user } = await world.signUp();
		const { recover } = await user.registerRawOtp(password);
		const started = await sentc.login(identifier, password);
		if (started.kind !== "mfa") throw new Error("the second factor was not asked for");
		const { mfa_auth_key } = started.u;
		const expectMasterKey = async (name: string, mfa_master_key: string) => {
			const [first = "", second = ""] = recover.splice(0, 2);
			await expectRecorded(`mfa_login: ${name}`, {
				theirs: () => reference.mfa_login(url, token, mfa_master_key, mfa_auth_key, identifier, first, true),
				ours: () => sentc.mfaRecoveryLogin(second, { deviceIdentifier: identifier, mfa_master_key, mfa_auth_key }),
			});
		};
		await expectMasterKey("bad master key", "bad");
		await expectMasterKey("master key wrong length", JSON.stringify({ Argon2: "AAAAAAAAAAAAAAAAAAAAAA==" }));
	});

	it("register_device", async () => {
		const expectResult = async (name: string, result: unknown) => {
			const alteration = { path: "/done_register_device", change: resultIs(result) };
			await expectRecorded(`register_device: ${name}`, {
				theirs: async () => {
					const waiting = await world.startReference();
					await network.during(alteration, () => theirs.registerDevice(waiting));
				},
				ours: async () => {
					const waiting = await world.startReference();
					await network.during(alteration, () => ours.registerDevice(waiting));
				},
			});
		};
		await expectResult("session_id absent", { message: "added" });
		await expectResult("session_id null", { session_id: null, message: "added" });
		await expectResult("message absent", { session_id: null });

		const refused = JSON.stringify({ status: false, err_msg: "Identifier already exists", err_code: 101 });
		await expectRecorded("prepare_register_device: error envelope", {
			theirs: () => theirs.registerDevice(refused),
			ours: () => ours.registerDevice(refused),
		});
	});

	it("user_finish_key_rotation", async () => {
		const { reference, token, url } = world;
		const { group_key, group_key_id } = newest(theirs.keys);
		const { publicKey, privateKey } = theirs.device;
		const expectItem = async (name: string, members: object) => {
			const item = {
				...{ encrypted_ephemeral_key_by_group_key_and_public_key: "***", encrypted_group_key_by_ephemeral: "***" },
				...{ ephemeral_alg: "AES-GCM-256", encrypted_eph_key_key_id: theirs.deviceId },
				...{ previous_group_key_id: group_key_id, new_group_key_id: theirs.id, time: 1, error: null, ...members },
			};
			const alteration = { path: "/user_keys/rotation", change: resultIs([item]) };
			const server = JSON.stringify(item);
			await expectRecorded(`user_finish_key_rotation: ${name}`, {
				theirs: () =>
					reference.user_finish_key_rotation(url, token, theirs.jwt, server, group_key, publicKey, privateKey),
				ours: () => network.during(alteration, () => ours.finishKeyRotation()),
			});
		};
		await expectItem("with error set", { error: "some error" });
		await expectItem("garbage data", {});
	});

	it("user_pre_done_key_rotation", async () => {
		const other = await world.addReference(theirs);
		const otherOnOurs = await sentc.login(other.identifier, other.password, true);
		await theirs.rotateKey();
		await expect.poll(() => other.pendingRotations(), { timeout: 20_000 }).toHaveLength(1);
		const change = (answer: string) => answer.replace(/"error":null,?/, "");
		const alteration = { path: "/user_keys/rotation", change };
		await expectRecorded("user_pre_done_key_rotation: error field absent", {
			theirs: () => network.during(alteration, () => other.pendingRotations()),
			ours: () => network.during(alteration, () => otherOnOurs.finishKeyRotation()),
		});
	});

	it("in every case that was recorded", () => {
		const names = probes.map(({ name }) => name);
		expect([...covered, ...NOT_ANSWERS].toSorted()).toEqual(names.toSorted());
		expect(names).toEqual(expect.arrayContaining(Object.keys(DEVIATIONS)));
	});
});
