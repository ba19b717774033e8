import type { NewMemberKey } from "@sentc-ts/core-crypto/wire";
import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import { withKeys } from "../support/groups.js";
import { addLightUser, callAs, doAs, keyIdsOf, uselessKeys } from "../support/sharing.js";

// Groups with more keys than one request has room for (protocol/http-api §17.4).

/** The two routes that keys are uploaded with; either takes every session of a group. */
const UPLOADS = [inviteRoutes.uploadKeys, joinRequestRoutes.uploadKeys] as const;

/** A group with so many keys, their ids, and a user who is none of its members. */
async function groupWithKeys(count: number) {
	const server = await startApi();
	const [owner, user] = [await newUser(server), await newUser(server)];
	const group_id = await withKeys(server, owner, count);
	const first = rows(server, "groupKeys").find(
		(row) => row["groupId"] === group_id && !`${row["id"]}`.startsWith("key-"),
	);
	const further = Array.from({ length: count - 1 }, (_, index) => `key-${index + 1}`);
	return { server, owner, user, group_id, keyIds: [...further.reverse(), String(first?.["id"])] };
}

type World = Awaited<ReturnType<typeof groupWithKeys>>;
type Body = ReturnType<typeof uselessKeys>;

/** Every way to hand keys to somebody, which answers with a session. */
const WAYS: Readonly<Record<string, (world: World, body: Body) => ReturnType<typeof send>>> = {
	"an invite": (world, body) => send(world, inviteRoutes.inviteUser, body),
	"an auto invite": (world, body) => send(world, inviteRoutes.inviteUserAuto, body),
	"an accepted join request": async (world, body) => {
		await doAs(world.server, world.user, joinRequestRoutes.send, { group_id: world.group_id });
		return send(world, joinRequestRoutes.accept, body);
	},
	"a re-invite": async (world, body) => {
		await addLightUser(world.server, world.owner, world.group_id, world.user);
		return send(world, inviteRoutes.reInviteUser, body);
	},
};

type GivingRoute =
	| (typeof inviteRoutes)["inviteUser" | "inviteUserAuto" | "reInviteUser"]
	| typeof joinRequestRoutes.accept;

function send({ server, owner, user, group_id }: World, route: GivingRoute, body: Body) {
	const params = { group_id, user_id: user.userId };
	return callAs(server, owner, route as typeof inviteRoutes.inviteUser, params, { body });
}

function upload(
	{ server, group_id }: World,
	by: Session,
	session_id: string,
	keys: readonly NewMemberKey[],
	route: (typeof UPLOADS)[number] = joinRequestRoutes.uploadKeys,
) {
	return callAs(server, by, route as typeof inviteRoutes.uploadKeys, { group_id, session_id }, { body: keys });
}

/** The ids of all keys that a member has, page by page. */
async function allKeyIds({ server, group_id }: World, user: Session): Promise<string[]> {
	const ids: string[] = [];
	for (let after = FIRST_PAGE; ; ) {
		const page = await doAs(server, user, groupRoutes.listGroupKeys, { group_id, ...after });
		ids.push(...page.map((key) => key.group_key_id));
		const last = page.at(-1);
		if (page.length < 50 || last === undefined) return ids;
		after = { last_time: `${last.time}`, last_id: last.group_key_id };
	}
}

describe.each(Object.keys(WAYS))("keys that come with %s", (name) => {
	const handOver = (world: World, body: Body) => WAYS[name]?.(world, body) as ReturnType<typeof send>;

	it("are all of them for a member of a group with more than 100, whichever route brings them", async () => {
		const world = await groupWithKeys(230);
		const { server, owner, user, group_id, keyIds } = world;
		const { keys } = uselessKeys(keyIds);
		const first = uselessKeys(keyIds.slice(0, 100), { keySession: true });
		const { session_id } = await result(handOver(world, first));
		const [early, late] = [keys.slice(100, 200), keys.slice(200)];
		await result(upload(world, owner, session_id ?? "", early, UPLOADS[0]));
		// What an invite has opened goes on after it was accepted.
		if (name === "an invite") await doAs(server, user, inviteRoutes.accept, { group_id });
		await result(upload(world, owner, session_id ?? "", late, UPLOADS[1]));
		expect(new Set(await allKeyIds(world, user))).toEqual(new Set(keyIds));
	});

	it("open a session for any number of them if more are announced, and none otherwise", async () => {
		const world = await groupWithKeys(2);
		const [key = ""] = world.keyIds;
		const silent = await result(handOver(world, uselessKeys([key])));
		expect(silent).toEqual({ message: expect.any(String) });
		const announced = await groupWithKeys(2);
		const body = uselessKeys([announced.keyIds[0] ?? ""], { keySession: true });
		expect(await result(handOver(announced, body))).toMatchObject({
			session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
		});
	});

	it("are 1 to 100: none is 303, 101 of the usual size are 305, and nothing is stored", async () => {
		const world = await groupWithKeys(101);
		const body = uselessKeys(world.keyIds);
		const usual = body.keys.map((key) => ({ ...key, encrypted_group_key: "A".repeat(1612) }));
		await expectRefusal(handOver(world, { ...body, keys: usual }), SERVER_ERRORS.TOO_MANY_KEYS);
		await expectRefusal(send(world, inviteRoutes.inviteUser, { ...body, keys: [] }), SERVER_ERRORS.NO_KEYS);
		const rest = await allKeyIds(world, world.user).catch(() => []);
		expect(rest).toEqual([]);
	});

	it("are keys of the group", async () => {
		const world = await groupWithKeys(1);
		const foreign = await newGroup(world.server, world.owner);
		const ids = await keyIdsOf(world.server, world.owner, foreign);
		await expectRefusal(handOver(world, uselessKeys(ids)), FAILURES.WRAPPED_KEY_UNKNOWN);
	});
});

describe("a key session", () => {
	/** A member whose session is open. */
	async function openSession() {
		const world = await groupWithKeys(3);
		const body = uselessKeys(world.keyIds.slice(0, 1), { keySession: true });
		const { session_id } = await result(send(world, inviteRoutes.inviteUserAuto, body));
		return { ...world, session: session_id ?? "" };
	}

	it.each(UPLOADS)("takes 1 to 100 keys, and none of another group: $path", async (route) => {
		const world = await openSession();
		const { owner, session, keyIds } = world;
		await expectRefusal(upload(world, owner, session, [], route), SERVER_ERRORS.NO_KEYS);
		const many = uselessKeys(Array.from({ length: 101 }, () => keyIds[0] ?? "")).keys;
		await expectRefusal(upload(world, owner, session, many, route), SERVER_ERRORS.TOO_MANY_KEYS);
		const foreign = uselessKeys([...keyIds, "none"]).keys;
		await expectRefusal(upload(world, owner, session, foreign, route), FAILURES.WRAPPED_KEY_UNKNOWN);
		expect(await allKeyIds(world, world.user)).toEqual(keyIds.slice(0, 1));
	});

	it("changes no key that the member has, and takes the same one twice", async () => {
		const world = await openSession();
		const { server, owner, user, group_id, session, keyIds } = world;
		const other = uselessKeys([...keyIds, ...keyIds]).keys.map((key) => ({ ...key, encrypted_group_key: "other" }));
		expect(await result(upload(world, owner, session, other))).toBe("Success");
		const { keys } = await doAs(server, user, groupRoutes.getGroup, { group_id });
		const wrapped = Object.fromEntries(keys.map((key) => [key.group_key_id, key.encrypted_group_key]));
		expect(wrapped).toEqual(Object.fromEntries(keyIds.map((id, index) => [id, index === 0 ? "wrapped" : "other"])));
	});

	it.each(UPLOADS)("is for every member who may invite, as long as they may: $path", async (route) => {
		const world = await openSession();
		const { server, owner, group_id, session, keyIds } = world;
		const [member, stranger] = [await newUser(server), await newUser(server)];
		await addLightUser(server, owner, group_id, member, 2);
		const { keys } = uselessKeys(keyIds);
		await result(upload(world, member, session, keys.slice(0, 2), route));
		const change = { changed_user_id: member.userId, new_rank: 3 };
		await doAs(server, owner, memberRoutes.changeRank, { group_id }, { body: change });
		await expectRefusal(upload(world, member, session, keys, route), SERVER_ERRORS.RANK_INSUFFICIENT);
		await expectRefusal(upload(world, stranger, session, keys, route), SERVER_ERRORS.NO_GROUP_ACCESS);
		expect(await allKeyIds(world, world.user)).toHaveLength(2);
	});

	it.each(UPLOADS)("belongs to one group: 306 for another one, and for none at all: $path", async (route) => {
		const world = await openSession();
		const { server, owner, session } = world;
		const other = { ...world, group_id: await newGroup(server, owner) };
		const { keys } = uselessKeys(await keyIdsOf(server, owner, other.group_id));
		await expectRefusal(upload(other, owner, session, keys, route), SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
		await expectRefusal(upload(other, owner, "none", keys, route), SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
	});

	it.each(["leaving", "a kick", "a re-invite"])("of a member ends with %s", async (end) => {
		const world = await openSession();
		const { server, owner, user, group_id, session, keyIds } = world;
		const params = { group_id, user_id: user.userId };
		if (end === "leaving") await doAs(server, user, memberRoutes.leaveGroup, { group_id });
		else if (end === "a kick") await doAs(server, owner, memberRoutes.kickMember, params);
		else await result(send(world, inviteRoutes.reInviteUser, uselessKeys(keyIds)));
		const late = upload(world, owner, session, uselessKeys(keyIds).keys);
		await expectRefusal(late, SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
	});

	it("of an invite ends with its rejection, and its keys go with it", async () => {
		const world = await groupWithKeys(2);
		const { server, owner, user, group_id, keyIds } = world;
		const invite = () => send(world, inviteRoutes.inviteUser, uselessKeys(keyIds, { keySession: true }));
		const { session_id } = await result(invite());
		await doAs(server, user, inviteRoutes.reject, { group_id });
		const late = upload(world, owner, session_id ?? "", uselessKeys(keyIds).keys);
		await expectRefusal(late, SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
		await addLightUser(server, owner, group_id, user);
		expect(await allKeyIds(world, user)).toEqual([]);
	});
});
