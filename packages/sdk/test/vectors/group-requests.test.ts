import { startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { type Member, newGroup, newMember } from "../support/groups.js";
import captured from "./http_capture.json" with { type: "json" };

const api = await startApi();
afterAll(() => api.close());

interface Sent {
	readonly method: string;
	readonly path: string;
	readonly accessHeader: string | null;
	readonly body: unknown;
}

/** As the recordings show a body: texts are left out, of a list of keys there are their members. */
function shapeOf(value: unknown): unknown {
	if (Array.isArray(value)) return value.slice(0, 1).map((item) => Object.keys(item));
	if (typeof value === "string") return "<string>";
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

describe("a request of the reference client", () => {
	let ada: Member;
	let bob: Member;
	let group: Group;
	let connected: Group;
	let sent: Sent[];
	beforeAll(async () => {
		[ada, bob] = [await newMember(api), await newMember(api)];
		group = await newGroup(ada.user);
		connected = await group.getConnectedGroup(await group.createConnectedGroup());
		ada.through(async (request, send) => {
			const text = await request.clone().text();
			const { pathname } = new URL(request.url);
			const accessHeader = request.headers.get("x-sentc-group-access-id");
			sent.push({ method: request.method, path: pathname, accessHeader, body: text === "" ? null : JSON.parse(text) });
			return send();
		});
	});

	const call: Record<string, () => Promise<unknown>> = {
		create: () => ada.user.createGroup(),
		"create child": () => group.createChildGroup(),
		"create connected": () => group.createConnectedGroup(),
		invite: () => group.invite(bob.id, 4),
		"invite auto": async () => group.inviteAuto((await newMember(api)).id, 4),
		"invite group": async () => connected.inviteGroup((await newGroup(bob.user)).data.group_id, 4),
		"invite group auto": async () => connected.inviteGroupAuto((await newGroup(bob.user)).data.group_id, 4),
		"re-invite user": async () => {
			const { id } = await newMember(api);
			await group.inviteAuto(id);
			sent = [];
			await group.reInviteUser(id);
		},
		"re-invite group": async () => {
			const { group_id } = (await newGroup(bob.user)).data;
			await connected.inviteGroupAuto(group_id);
			sent = [];
			await connected.reInviteGroup(group_id);
		},
		"accept join request": async () => {
			const { id, user } = await newMember(api);
			await user.groupJoinRequest(group.data.group_id);
			await group.acceptJoinRequest(id);
		},
		"pending rotations": () => group.finishKeyRotation(),
	};

	/** Ids stand for others in the recordings. */
	const pattern = (path: string): RegExp =>
		new RegExp(`^${path.replace(/\b(GROUP|TARGET|PARENT|CONN|SESS)\b/g, "[\\w-]+")}$`);

	it.each(Object.keys(call))("is sent by this one in the same form: %s", async (name) => {
		const recorded = captured.requests.find((request) => request.call === name);
		if (!recorded) throw new Error("There is no such recording");
		sent = [];
		await call[name]?.();
		const own = sent.find(({ method, path }) => method === recorded.method && pattern(recorded.path).test(path));
		// With keys this SDK asks for a session in any case (protocol/group-protocol §7.2.5, 6).
		const { body_shape: shape } = recorded;
		const asked = shape && "key_session" in shape ? { ...shape, key_session: true } : shape;
		expect(shapeOf(own?.body)).toEqual(asked);
		expect(Object.keys((own?.body ?? {}) as object)).toEqual(Object.keys(recorded.body_shape ?? {}));
		const isConnected = own?.path.includes(connected.data.group_id);
		expect(own?.accessHeader).toBe(isConnected ? group.data.group_id : null);
	});
});
