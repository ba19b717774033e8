import type { Group, User } from "@sentc-ts/sdk";
import { type ReferenceDevice, resultOf } from "./reference-device.js";
import { createReferenceGroup, type Invite, openReferenceGroup, type ReferenceGroup } from "./reference-group.js";

/** What the tests of groups do, on either client: so each flow is written once and runs in both directions. */
export interface Party {
	readonly id: string;
	createGroup(sign?: boolean): Promise<PartyGroup>;
	openGroup(id: string): Promise<PartyGroup>;
	groups(): Promise<string[]>;
	/** Invites of the user. */
	readonly inbox: Inbox;
}

/** Ids of groups throughout. */
interface Inbox {
	list(): Promise<string[]>;
	accept(id: string): Promise<void>;
	reject(id: string): Promise<void>;
	/** Join requests. */
	ask(id: string): Promise<void>;
	sent(): Promise<string[]>;
	withdraw(id: string): Promise<void>;
}

export interface PartyGroup {
	readonly id: string;
	readonly rank: number;
	/** The newest first. */
	readonly keyIds: string[];
	/** The key with the id; asks the API if it is not here. */
	key(id: string): Promise<string>;
	/** Invites of the group. */
	readonly inbox: Inbox;
	encrypt(text: string, sign?: boolean): Promise<string>;
	decrypt(ciphertext: string): Promise<string>;
	/** Asks the API what the group is now. */
	refresh(): Promise<void>;
	invite(target: string, options?: Invite): Promise<unknown>;
	joinRequests(): Promise<string[]>;
	acceptJoinRequest(target: string, options?: Invite): Promise<unknown>;
	rejectJoinRequest(target: string): Promise<void>;
	/** All but the caller, with their ranks. */
	members(): Promise<[id: string, rank: number][]>;
	updateRank(target: string, rank: number): Promise<void>;
	kick(target: string): Promise<void>;
	leave(): Promise<void>;
	stopInvites(): Promise<void>;
	delete(): Promise<void>;
	/** @returns the id of the new key */
	rotate(sign?: boolean): Promise<string>;
	finishRotations(verify?: boolean): Promise<unknown>;
	createChild(): Promise<PartyGroup>;
	createConnected(): Promise<PartyGroup>;
	child(id: string): Promise<PartyGroup>;
	connected(id: string): Promise<PartyGroup>;
}

export function ours(user: User): Party {
	return {
		id: user.user_data.user_id,
		createGroup: async (sign) => ourGroup(await user.getGroup(await user.createGroup(sign))),
		openGroup: async (id) => ourGroup(await user.getGroup(id)),
		groups: async () => idsOf(await user.getGroups()),
		inbox: ourInbox(user),
	};
}

function ourInbox(of: User | Group): Inbox {
	return {
		list: async () => idsOf(await of.getGroupInvites()),
		accept: (id) => of.acceptGroupInvite(id),
		reject: (id) => of.rejectGroupInvite(id),
		ask: (id) => of.groupJoinRequest(id),
		sent: async () => idsOf(await of.sentJoinReq()),
		withdraw: (id) => of.deleteJoinReq(id),
	};
}

function ourGroup(group: Group): PartyGroup {
	const invite = (id: string, { rank, auto, group: isGroup, again }: Invite = {}) => {
		if (again) return isGroup ? group.reInviteGroup(id) : group.reInviteUser(id);
		if (isGroup) return auto ? group.inviteGroupAuto(id, rank) : group.inviteGroup(id, rank);
		return auto ? group.inviteAuto(id, rank) : group.invite(id, rank);
	};
	return {
		id: group.data.group_id,
		get rank() {
			return group.data.rank;
		},
		get keyIds() {
			return group.data.keys.toSorted((a, b) => Number(b.time) - Number(a.time)).map((key) => key.group_key_id);
		},
		key: (id) => group.getSymKeyById(id),
		inbox: ourInbox(group),
		encrypt: (text, sign) => group.encryptString(text, sign),
		decrypt: (ciphertext) => group.decryptString(ciphertext),
		refresh: () => group.groupUpdateCheck(),
		invite,
		joinRequests: async () => (await group.getJoinRequests()).map(({ user_id }) => user_id),
		acceptJoinRequest: (id, options) => group.acceptJoinRequest(id, options?.group ? 2 : 0, options?.rank),
		rejectJoinRequest: (id) => group.rejectJoinRequest(id),
		members: async () => (await group.getMember()).map(({ user_id, rank }) => [user_id, rank]),
		updateRank: (id, rank) => group.updateRank(id, rank),
		kick: (id) => group.kickUser(id),
		leave: () => group.leave(),
		stopInvites: () => group.stopInvites(),
		delete: () => group.deleteGroup(),
		rotate: async (sign) => (await group.keyRotation(sign)).group_key_id,
		finishRotations: (verify) => group.finishKeyRotation(verify ? 2 : 0),
		createChild: async () => ourGroup(await group.getChildGroup(await group.createChildGroup())),
		createConnected: async () => ourGroup(await group.getConnectedGroup(await group.createConnectedGroup())),
		child: async (id) => ourGroup(await group.getChildGroup(id)),
		connected: async (id) => ourGroup(await group.getConnectedGroup(id)),
	};
}

export function theirs(device: ReferenceDevice): Party {
	return {
		id: device.id,
		createGroup: async (sign) => theirGroup(await createReferenceGroup(device, sign)),
		openGroup: async (id) => theirGroup(await openReferenceGroup(device, id)),
		groups: async () => idsOf(resultOf(await device.request("GET", "/group/all/0/none"))),
		inbox: theirInbox((method, path) => device.request(method, `/group${path}`), OF_USER),
	};
}

/** Paths that the reference client and its JavaScript layer use. */
interface InboxPaths {
	answer(id: string): string;
	ask(id: string): string;
}
const OF_USER: InboxPaths = { answer: (id) => `/${id}/invite`, ask: (id) => `/${id}/join_req` };
/** Those of the answers are what the reference client sends (protocol/http-api §20.9). */
const OF_GROUP: InboxPaths = { answer: (id) => `/${id}/invite`, ask: (id) => `/join_req/${id}` };

function theirInbox(send: (method: string, path: string) => Promise<string>, { answer, ask }: InboxPaths): Inbox {
	const act = async (method: string, path: string): Promise<void> => {
		resultOf(await send(method, path));
	};
	return {
		list: async () => idsOf(resultOf(await send("GET", "/invite/0/none"))),
		accept: (id) => act("PATCH", answer(id)),
		reject: (id) => act("DELETE", answer(id)),
		ask: (id) => act("PATCH", ask(id)),
		sent: async () => idsOf(resultOf(await send("GET", "/joins/0/none"))),
		withdraw: (id) => act("DELETE", `/joins/${id}`),
	};
}

export function theirGroup(group: ReferenceGroup): PartyGroup {
	const open = (id: string, through: ConstructorParameters<typeof ReferenceGroup>[2]) =>
		openReferenceGroup(group.device, id, through).then(theirGroup);
	return {
		id: group.id,
		get rank() {
			return group.rank;
		},
		get keyIds() {
			return group.keys.map(({ id }) => id);
		},
		key: async (id) => (await group.keyFor(id)).group_key,
		inbox: theirInbox((method, path) => group.send(method, path), OF_GROUP),
		encrypt: async (text, sign) => group.encrypt(text, sign),
		decrypt: (ciphertext) => group.decrypt(ciphertext),
		refresh: async () => void (await group.load()),
		invite: (id, options) => group.invite(id, options),
		joinRequests: async () => {
			const list = resultOf<{ user_id: string }[]>(await group.send("GET", "/join_req/0/none"));
			return list.map(({ user_id }) => user_id);
		},
		acceptJoinRequest: (id, options) => group.acceptJoinRequest(id, options),
		rejectJoinRequest: (id) => group.act("DELETE", `/join_req/${id}`),
		members: async () => {
			const list = resultOf<{ user_id: string; rank: number }[]>(await group.send("GET", "/member/0/none"));
			return list.map(({ user_id, rank }) => [user_id, rank]);
		},
		updateRank: (id, rank) => group.updateRank(id, rank),
		kick: (id) => group.act("DELETE", `/kick/${id}`),
		leave: () => group.act("DELETE", "/leave"),
		stopInvites: () => group.act("PATCH", "/change_invite"),
		delete: () => group.act("DELETE", ""),
		rotate: (sign) => group.rotate(sign),
		finishRotations: (verify) => group.finishRotations(verify),
		createChild: async () => theirGroup(await group.createChild()),
		createConnected: async () => theirGroup(await group.createConnected()),
		child: (id) => open(id, { parent: group }),
		connected: (id) => open(id, { member: group }),
	};
}

const idsOf = (list: readonly { group_id: string }[]): string[] => list.map(({ group_id }) => group_id);
