import { inviteRoutes, joinRequestRoutes, memberRoutes } from "@sentc-ts/transport/contract";
import { type Answer, result, startApi, type Target } from "./api.js";
import { newGroup, newUser } from "./client.js";
import { rows } from "./database.js";
import { expectSoundDatabase } from "./invariants.js";
import { callAs, keyIdsOf, uselessKeys } from "./sharing.js";

/** What a user can be to a group (protocol/http-api §17.1). */
export type PairState = "none" | "invite" | "join request" | "member";

/** A group with one key, and a user who is in the state that is asked for. */
export async function pairIn(state: PairState) {
	const server = await startApi();
	const [owner, user] = [await newUser(server), await newUser(server)];
	const group_id = await newGroup(server, owner);
	const body = uselessKeys(await keyIdsOf(server, owner, group_id), { rank: 3 });
	const params = { group_id, user_id: user.userId };
	/** What either of the two can do, at whichever API of this database. */
	const at = (target: Target) => ({
		invite: () => callAs(target, owner, inviteRoutes.inviteUser, params, { body }),
		inviteAuto: () => callAs(target, owner, inviteRoutes.inviteUserAuto, params, { body }),
		reInvite: () => callAs(target, owner, inviteRoutes.reInviteUser, params, { body }),
		ask: () => callAs(target, user, joinRequestRoutes.send, { group_id }),
		acceptRequest: () => callAs(target, owner, joinRequestRoutes.accept, params, { body }),
		rejectRequest: () => callAs(target, owner, joinRequestRoutes.reject, params),
		takeBack: () => callAs(target, user, joinRequestRoutes.deleteSent, { group_id_to_join: group_id }),
		accept: () => callAs(target, user, inviteRoutes.accept, { group_id }),
		reject: () => callAs(target, user, inviteRoutes.reject, { group_id }),
		kick: () => callAs(target, owner, memberRoutes.kickMember, params),
		leave: () => callAs(target, user, memberRoutes.leaveGroup, { group_id }),
	});
	/** What is stored of the pair, and how many keys. */
	const stored = (): readonly [PairState, keys: number] => {
		const ofPair = (table: string) =>
			rows(server, table).filter((row) => row["groupId"] === group_id && row["memberId"] === user.userId);
		const [pending] = ofPair("pendingMembers");
		const waiting = pending === undefined ? "none" : pending["kind"] === 0 ? "invite" : "join request";
		expectSoundDatabase(server);
		return [ofPair("members").length > 0 ? "member" : waiting, ofPair("wrappedKeys").length];
	};
	const actions = at(server);
	const enter: Readonly<Record<PairState, () => Promise<Answer<unknown> | undefined>>> = {
		none: async () => undefined,
		invite: actions.invite,
		"join request": actions.ask,
		member: actions.inviteAuto,
	};
	/** Brings the pair into another state. */
	const reset = async (next: PairState) => {
		for (const end of [actions.kick, actions.reject, actions.rejectRequest]) await end();
		const entered = await enter[next]();
		if (entered !== undefined) await result(entered);
	};
	await reset(state);
	return { server, owner, user, group_id, body, at, ...actions, stored, reset };
}

export type PairAction = keyof ReturnType<Awaited<ReturnType<typeof pairIn>>["at"]>;
