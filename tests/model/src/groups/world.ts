import type { Group, User } from "@sentc-ts/sdk";
import { newUser, PASSWORD, startApi, startSentc } from "@sentc-ts/test-world";
import type { GroupModel } from "./model.js";

/** A user on two devices: one acts; the other one has never seen a group until a life has ended. */
export interface Person {
	readonly id: string;
	readonly acting: User;
	readonly looking: User;
}

/** The real thing: one API, and people who go from life to life. */
export interface World {
	readonly people: readonly Person[];
	person(user: number): Person;
	/** Sends an invite as an own backend does. @returns the id of its key session */
	sendPrepared(inviter: User, path: string, body: string): Promise<string>;
	close(): Promise<void>;
}

export async function createWorld(count: number): Promise<World> {
	const api = await startApi({ rateLimits: false });
	const open = async () => (await startSentc(api, { signers: () => true, worker: false })).sentc;
	const people: Person[] = [];
	for (let user = 0; user < count; user++) {
		const name = `user ${user}`;
		const acting = await newUser(await open(), name);
		const looking = await (await open()).login(name, PASSWORD, true);
		people.push({ id: acting.user_data.user_id, acting, looking });
	}
	return {
		people,
		person(user) {
			const person = people[user % count];
			if (!person) throw new Error("there is nobody");
			return person;
		},
		async sendPrepared(inviter, path, body) {
			const headers = {
				"x-sentc-app-token": api.app_token,
				Authorization: `Bearer ${await inviter.getJwt()}`,
				"Content-Type": "application/json",
			};
			const answer = await fetch(`${api.base_url}/api/v1${path}`, { method: "PUT", headers, body });
			return (await answer.json()).result.session_id;
		},
		close: api.close,
	};
}

/** Opens a group from the top, with the keys and the rank that the API tells now. */
export async function openGroup(user: User, { above, id, kind }: GroupModel): Promise<Group> {
	const group = await openBelow(user, id, kind, above);
	await group.groupUpdateCheck();
	await group.finishKeyRotation();
	return group;
}

async function openBelow(user: User, id: string, kind: string, above: GroupModel | undefined): Promise<Group> {
	if (!above) return user.getGroup(id);
	const from = await openGroup(user, above);
	return kind === "child" ? from.getChildGroup(id) : from.getConnectedGroup(id);
}
