import { PASSWORD } from "@sentc-ts/test-world";
import { decodeJwt } from "@sentc-ts/transport";
import { expect } from "vitest";
import type { GroupData, SymKey, User, UserData, UserMfaLogin } from "../../src/index.js";
import type { Page, Recording, World } from "./world.js";

/** One function of the SDK, called while one answer of the API is not the honest one. */
export interface Scenario {
	name: string;
	/** How many mutated answers, before the factor of the tier. */
	runs: number;
	/** `true` = the page goes on with its session by asking the API, as `init` does by default. */
	resume?: boolean;
	/** What is stored when the page starts. */
	items?: (world: World) => ReadonlyMap<string, unknown>;
	/** What the API answers, when the API of the tests can't be asked; `all` are the answers to other scenarios. */
	answers?: (all: ReadonlyMap<string, readonly Recording[]>, world: World) => Recording[];
	call: (page: Page, world: World) => Promise<unknown>;
	/** Throws when a result is neither the honest one nor one that any honest API might answer. */
	check: (result: unknown, world: World, page: Page) => void | Promise<void>;
}

/** What an honest API answered before: filled in by the test. */
export const known: {
	/** All keys that Ann made, private part → public part. */
	pairs: Map<string, string>;
	groupKeys: string[];
	/** What `login` hands to the second factor: the one derivation from the password for all its runs. */
	login: UserMfaLogin;
} = { pairs: new Map(), groupKeys: [], login: { deviceIdentifier: "", mfa_master_key: "", mfa_auth_key: "" } };

/** The key without its id, which is the API's to choose. */
export function bytesOf(key: string): string {
	const [{ key_id: _, ...bytes }] = Object.values(JSON.parse(key)) as [Record<string, string>];
	return JSON.stringify(bytes);
}

function pemOf(exported: string): string {
	const { public_key_pem, verify_key_pem } = JSON.parse(exported);
	return String(public_key_pem ?? verify_key_pem);
}

export function pairsOf({ device, user_keys }: UserData): Map<string, string> {
	return new Map(
		[device, ...user_keys].flatMap((keys) => [
			[bytesOf(keys.private_key), pemOf(keys.exported_public_key)] as const,
			[bytesOf(keys.sign_key), pemOf(keys.exported_verify_key)] as const,
		]),
	);
}

/** The keys with which Ann encrypts and signs are those that she made, whole pairs. */
function checkKeys({ user_data }: User): void {
	const newest = user_data.user_keys.find((key) => key.group_key_id === user_data.newest_key_id);
	for (const keys of [user_data.device, newest]) {
		if (!keys) throw new Error("The newest key is missing");
		expect(pemOf(keys.exported_public_key)).toBe(known.pairs.get(bytesOf(keys.private_key)));
		expect(pemOf(keys.exported_verify_key)).toBe(known.pairs.get(bytesOf(keys.sign_key)));
	}
	for (const keys of user_data.user_keys) {
		expect(known.pairs.has(bytesOf(keys.private_key)) && known.pairs.has(bytesOf(keys.sign_key))).toBe(true);
	}
}

function checkGroup(data: GroupData): void {
	for (const key of data.keys) expect(known.groupKeys).toContain(bytesOf(key.group_key));
	expect(data.key_map.get(data.newest_key_id)).toBeTypeOf("number");
}

const isText = (result: unknown): void => expect(result).toBeTypeOf("string");
const isNothing = (result: unknown): void => expect(result).toBeUndefined();

export const success = (result: unknown): string => JSON.stringify({ status: true, result });

const bobId = ({ bob }: World): string => bob.user_data.user_id;

export const scenarios: readonly Scenario[] = [
	{
		name: "checkUserIdentifierAvailable",
		runs: 300,
		call: ({ sentc }) => sentc.checkUserIdentifierAvailable("somebody"),
		check: (result) => expect(result).toBeTypeOf("boolean"),
	},
	{
		name: "login",
		runs: 30,
		items: () => new Map(),
		call: ({ sentc }, { name }) => sentc.login(name, PASSWORD, true),
		check: (user) => checkKeys(user as User),
	},
	{
		name: "mfaLogin",
		runs: 900,
		// Nobody here has a second factor: the answer to a login without is the one that follows it.
		answers: (all) => {
			const [, done, verified] = all.get("login") ?? [];
			if (!done || !verified) throw new Error("A login has three requests");
			return [{ route: "POST /validate_mfa", text: success(JSON.parse(done.text).result.Direct) }, verified];
		},
		items: () => new Map(),
		call: ({ sentc }) => sentc.mfaLogin("123456", known.login),
		check: async (user, _, { sentc }) => {
			checkKeys(user as User);
			expect(await sentc.getActualUser()).toBe(user);
		},
	},
	{
		name: "mfaRecoveryLogin",
		runs: 60,
		items: () => new Map(),
		answers: (all) =>
			(all.get("mfaLogin") ?? []).map((recording, index) =>
				index === 0 ? { ...recording, route: "POST /validate_recovery_otp" } : recording,
			),
		call: ({ sentc }) => sentc.mfaRecoveryLogin("a recovery key", known.login),
		check: (user) => checkKeys(user as User),
	},
	{
		name: "doneRegister",
		runs: 300,
		answers: () => [
			{ route: "POST /register", text: success({ user_id: "id", device_id: "id", device_identifier: "name" }) },
		],
		call: async ({ forward, sentc }) => sentc.doneRegister(await forward("/register")),
		check: isText,
	},
	{
		name: "doneCheckUserIdentifierAvailable",
		runs: 300,
		answers: (all) => [...(all.get("checkUserIdentifierAvailable") ?? [])],
		call: async ({ forward, sentc }) => sentc.doneCheckUserIdentifierAvailable(await forward("/exists")),
		check: (result) => expect(result).toBeTypeOf("boolean"),
	},
	{
		name: "doneRegisterDeviceStart and prepareRegisterDevice",
		runs: 400,
		answers: (_, world) => [{ route: "POST /user/prepare_register_device", text: world.handover }],
		call: async ({ forward, sentc, user }) => {
			const answer = await forward("/user/prepare_register_device");
			sentc.doneRegisterDeviceStart(answer);
			return user.prepareRegisterDevice(answer).get_input();
		},
		check: (body) => expect(JSON.parse(String(body))).toMatchObject({ token: expect.any(String) }),
	},
	{
		name: "init",
		runs: 600,
		resume: true,
		call: async ({ sentc }) => (await sentc.init()) ?? Promise.reject(sentc.resumeError),
		check: (user) => {
			checkKeys(user as User);
			for (const invite of (user as User).group_invites) {
				expect([typeof invite.group_id, Number.isSafeInteger(invite.time)]).toEqual(["string", true]);
			}
		},
	},
	{
		name: "refreshJwt",
		runs: 300,
		resume: true,
		call: ({ sentc }, { ann }) => sentc.refreshJwt(ann.jwt, ann.refresh_token),
		check: (jwt, { ann }) => {
			expect(decodeJwt(String(jwt))).toMatchObject({ aud: ann.user_id, sub: ann.device_id });
		},
	},
	{
		name: "getUserPublicKey",
		runs: 1200,
		call: ({ sentc }, w) => sentc.getUserPublicKey(bobId(w)),
		check: (key, w) => {
			const { public_key, public_key_id } = key as { public_key: string; public_key_id: string };
			expect(public_key_id).toBe(w.bobKeyId);
			expect(pemOf(public_key).replace(/\s/g, "")).toBe(
				pemOf(w.bob.user_data.user_keys[0]?.exported_public_key ?? "").replace(/\s/g, ""),
			);
		},
	},
	{
		name: "verifyUserPublicKey",
		runs: 400,
		call: async ({ sentc }, w) => sentc.verifyUserPublicKey(bobId(w), await sentc.getUserPublicKey(bobId(w)), true),
		check: (result) => expect(result).toBeTypeOf("boolean"),
	},
	{
		name: "encryptString",
		runs: 830,
		call: ({ user }, w) => user.encryptString("for Bob alone", bobId(w), true),
		check: async (text, { bob }) => expect(await bob.decryptString(String(text))).toBe("for Bob alone"),
	},
	{
		name: "generateNonRegisteredKey",
		runs: 300,
		call: ({ user }, w) => user.generateNonRegisteredKey(bobId(w)),
		check: async (result, { bob }) => {
			const [key, wrapped] = result as [SymKey, string];
			expect(bytesOf((await bob.getNonRegisteredKey(key.master_key_id, wrapped)).key)).toBe(bytesOf(key.key));
		},
	},
	{
		name: "decryptString, verified",
		runs: 800,
		call: ({ user }, w) => user.decryptString(w.letter, true, bobId(w)),
		check: (text) => expect(text).toBe("from Bob"),
	},
	{
		name: "getUserVerifyKey and createSafetyNumber",
		runs: 600,
		call: async ({ sentc, user }, w) => {
			await sentc.getUserVerifyKey(bobId(w), w.bobKeyId);
			return user.createSafetyNumber({ user_id: bobId(w), verify_key_id: w.bobKeyId });
		},
		check: async (number, w) => {
			const other = { user_id: w.ann.user_id, verify_key_id: w.ann.newest_key_id };
			expect(number).toBe(await w.bob.createSafetyNumber(other));
		},
	},
	{
		name: "getGroupPublicKey",
		runs: 400,
		call: ({ sentc }, { groupId }) => sentc.getGroupPublicKey(groupId),
		check: (key) => expect(key).toMatchObject({ key: expect.any(String), id: expect.any(String) }),
	},
	{
		name: "getGroup, verified",
		runs: 700,
		call: async ({ user }, { groupId }) => user.getGroup(groupId, undefined, 2),
		check: (group) => checkGroup((group as { data: GroupData }).data),
	},
	{
		name: "fetchKeys",
		runs: 300,
		call: async ({ user }, { groupId }) => (await user.getGroup(groupId)).fetchKeys(await user.getJwt(), 1),
		check: (data) => checkGroup(data as GroupData),
	},
	{
		name: "groupUpdateCheck",
		runs: 200,
		call: async ({ user }, { groupId }) => {
			const group = await user.getGroup(groupId);
			await group.groupUpdateCheck();
			return group.data;
		},
		check: (data) => checkGroup(data as GroupData),
	},
	{
		name: "getGroups",
		runs: 300,
		call: ({ user }) => user.getGroups(),
		check: (groups) => {
			for (const { group_id, time } of groups as { group_id: unknown; time: unknown }[]) {
				expect([typeof group_id, Number.isSafeInteger(time)]).toEqual(["string", true]);
			}
		},
	},
	{ name: "createGroup", runs: 150, call: ({ user }) => user.createGroup(true), check: isText },
	{
		name: "fetchUserKey",
		runs: 500,
		items: withoutOldKey,
		call: async ({ user }, { oldKeyId }) => {
			await user.fetchUserKey(oldKeyId, true);
			return user;
		},
		check: (user, { oldKeyId }) => {
			checkKeys(user as User);
			expect((user as User).user_data.newest_key_id).toBe(oldKeyId);
		},
	},
	{
		name: "getPrivateKey",
		runs: 300,
		items: withoutOldKey,
		call: ({ user }, { oldKeyId }) => user.getPrivateKey(oldKeyId),
		check: (key) => expect(known.pairs.has(bytesOf(String(key)))).toBe(true),
	},
	{
		name: "getDevices",
		runs: 300,
		call: ({ user }) => user.getDevices(),
		check: (devices) => {
			for (const device of devices as { device_id: unknown; time: unknown }[]) {
				expect([typeof device.device_id, Number.isSafeInteger(device.time)]).toEqual(["string", true]);
			}
		},
	},
	{
		name: "finishKeyRotation",
		runs: 250,
		items: ({ itemsBefore }) => itemsBefore,
		call: async ({ user }) => {
			await user.finishKeyRotation();
			return user;
		},
		check: (user) => checkKeys(user as User),
	},
	{
		name: "registerDevice",
		runs: 200,
		call: ({ user }, { handover }) => user.registerDevice(handover),
		check: isNothing,
	},
	{
		name: "keyRotation",
		runs: 60,
		call: async ({ user }) => {
			await user.keyRotation();
			return user;
		},
		check: async (user) => {
			const { user_data } = user as User;
			const text = await (user as User).encryptString("to myself", user_data.user_id, true);
			expect(await (user as User).decryptString(text, true, user_data.user_id)).toBe("to myself");
		},
	},
	{ name: "changePassword", runs: 8, call: ({ user }) => user.changePassword(PASSWORD, PASSWORD), check: isNothing },
	{ name: "resetPassword", runs: 8, call: ({ user }) => user.resetPassword(PASSWORD), check: isNothing },
	{
		name: "deleteDevice",
		runs: 12,
		call: ({ user }, { otherDeviceId }) => user.deleteDevice(PASSWORD, otherDeviceId),
		check: isNothing,
	},
	{
		name: "deleteGroup",
		runs: 150,
		call: async ({ user }, { groupId }) => (await user.getGroup(groupId)).deleteGroup(),
		check: isNothing,
	},
	{ name: "registerRawOtp", runs: 12, call: ({ user }) => user.registerRawOtp(PASSWORD), check: isOtp },
	...(["getOtpRecoverKeys", "resetRawOtp", "disableOtp"] as const).map(
		(name): Scenario => ({
			name,
			runs: 8,
			answers: (all) => secondFactorAnswers(all, name),
			call: ({ user }) => user[name](PASSWORD),
			check: name === "disableOtp" ? isNothing : name === "resetRawOtp" ? isOtp : isTexts,
		}),
	),
	{ name: "updateUser", runs: 150, call: ({ user }) => user.updateUser("ann smith"), check: isNothing },
	{
		name: "logOut",
		runs: 150,
		call: ({ user }) => user.logOut(),
		check: async (_, __, { storage }) => expect(await storage.keys()).toEqual([]),
	},
	{
		name: "deleteUser",
		runs: 8,
		answers: (all) => [
			...(all.get("changePassword") ?? []).filter(({ route }) => route !== "PUT /user/update_pw"),
			{ route: "DELETE /user", text: success("Success") },
		],
		call: ({ user }) => user.deleteUser(PASSWORD),
		check: async (_, __, { storage }) => expect(await storage.keys()).toEqual([]),
	},
];

/** The fresh log in as recorded, then the last request answered by hand: Ann needs no second factor there. */
function secondFactorAnswers(
	all: ReadonlyMap<string, readonly Recording[]>,
	name: "getOtpRecoverKeys" | "resetRawOtp" | "disableOtp",
): Recording[] {
	const freshLogin = (all.get("registerRawOtp") ?? []).slice(0, -1);
	const last = {
		getOtpRecoverKeys: { route: "GET /user/otp_recovery_keys", text: success({ keys: ["A", "B"] }) },
		resetRawOtp: {
			route: "PATCH /user/reset_otp",
			text: success({ secret: "AAAA", alg: "totp_sha256", recover: ["A"] }),
		},
		disableOtp: { route: "PATCH /user/disable_otp", text: success("Success") },
	};
	return [...freshLogin, last[name]];
}

function isTexts(result: unknown): void {
	expect((result as unknown[]).every((item) => typeof item === "string")).toBe(true);
}

function isOtp(result: unknown): void {
	expect(result).toMatchObject({ secret: expect.any(String), alg: expect.any(String), recover: expect.any(Array) });
}

/** Ann's device, which has lost her first key. */
function withoutOldKey({ items, name, oldKeyId }: World): Map<string, unknown> {
	const key = `user_data_id_${name}`;
	const data = structuredClone(items.get(key)) as UserData;
	return new Map(items).set(key, {
		...data,
		user_keys: data.user_keys.filter(({ group_key_id }) => group_key_id !== oldKeyId),
	});
}
