import { type ClientOptions, type Person, type ServedApi, signUp } from "@sentc-ts/test-world";
import type { Group, User } from "../../src/index.js";
import { type Tampered, tamper } from "./between.js";

/** A user on whose way to the API a test can stand. */
export type Member = Person & Tampered & { readonly id: string };

export async function newMember(api: ServedApi, options: ClientOptions = {}): Promise<Member> {
	const between = tamper();
	const person = await signUp(api, { worker: false, ...options, fetch: between.fetch });
	return { ...person, ...between, id: idOf(person.user) };
}

export const idOf = ({ user_data }: User): string => user_data.user_id;

/** A group of its own creator. */
export async function newGroup(user: User, sign = false): Promise<Group> {
	return user.getGroup(await user.createGroup(sign));
}

/** The group as another user sees it, who is made a member. */
export async function join(group: Group, user: User, rank?: number): Promise<Group> {
	await group.inviteAuto(idOf(user), rank);
	return user.getGroup(group.data.group_id);
}

/** Two see the same when each reads what the other one writes. */
export async function readEachOther(a: Group, b: Group): Promise<boolean> {
	const text = `note ${Math.random()}`;
	return (
		(await b.decryptString(await a.encryptString(text))) === text &&
		(await a.decryptString(await b.encryptString(text))) === text
	);
}

/** Ids of the group's keys, the oldest first. */
export const keyIds = ({ data }: Group): string[] =>
	data.keys.toSorted((a, b) => Number(a.time) - Number(b.time)).map((key) => key.group_key_id);
