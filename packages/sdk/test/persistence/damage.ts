import { type ServedApi, signUp } from "@sentc-ts/test-world";
import { expect } from "vitest";
import { createSentc, MemoryStorage, type SentcClient, type User } from "../../src/index.js";

// A storage of which one item was damaged, by a crash, another program or somebody with ill intent.

export type Items = ReadonlyMap<string, unknown>;

/** What is stored for a user with a group, who fetched and verified the keys of another one. */
export async function storedUser(
	api: ServedApi,
): Promise<{ items: Items; name: string; ownId: string; bobId: string; groupId: string }> {
	const bobId = (await signUp(api)).user.user_data.user_id;
	const { sentc, storage, name, user } = await signUp(api);
	const groupId = await user.createGroup();
	await user.getGroup(groupId);
	await sentc.verifyUserPublicKey(bobId, await sentc.getUserPublicKey(bobId));
	const items = new Map<string, unknown>();
	for (const key of await storage.keys()) items.set(key, await storage.getItem(key));
	return { items, name, ownId: user.user_data.user_id, bobId, groupId };
}

export type Damaged = { sentc: SentcClient; storage: MemoryStorage; user: User | undefined };

/** The next page, after something happened to one item. */
export async function openDamaged(
	{ base_url, app_token }: ServedApi,
	items: Items,
	key: string,
	damage: (item: never) => unknown,
): Promise<Damaged> {
	const storage = new MemoryStorage();
	for (const [name, item] of items) await storage.set(name, item);
	expect(items.has(key)).toBe(true);
	await storage.set(key, damage(structuredClone(items.get(key)) as never));
	const sentc = createSentc({ base_url, app_token, worker: false, storage: { getStorage: async () => storage } });
	return { sentc, storage, user: await sentc.init() };
}

export const JUNK: readonly [string, unknown][] = [
	["null", null],
	["a number", 5],
	["an empty text", ""],
	["a text", "[object Object]"],
	["an array", [1, 2]],
	["an empty object", {}],
	["a Map", new Map([["a", 1]])],
	[
		"keys of prototypes",
		JSON.parse('{"__proto__":{"jwt":"x","polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
	],
];

/** The object with one member changed or left out, whichever it is, also inside of its members. */
export function* damages(value: unknown): Generator<unknown> {
	if (typeof value !== "object" || value === null || value instanceof Map) return;
	for (const [member, inner] of Object.entries(value)) {
		const without = structuredClone(value) as Record<string, unknown>;
		delete without[member];
		yield Array.isArray(value) ? Object.values(without) : without;
		for (const junk of [null, 7, {}, [[]]]) yield Object.assign(structuredClone(value), { [member]: junk });
		for (const damaged of damages(inner)) yield Object.assign(structuredClone(value), { [member]: damaged });
	}
}

export function expectNoPollution(): void {
	expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
}
