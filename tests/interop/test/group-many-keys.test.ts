import { tier } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ours, type Party, type PartyGroup, theirGroup, theirs } from "./party.js";
import { createReferenceGroup } from "./reference-group.js";
import { createWorld, statusOfCall } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

/** One user on both clients, who owns one group: what differs is the client that invites. */
const device = await world.signUpReference();
const made = await createReferenceGroup(device);
const firstText = made.encrypt("by the first key");
/** The group as the reference client has it, with every key, and as our SDK has it. */
const wholeThere = theirGroup(made);
let whole: PartyGroup;

async function rotateUntil(keys: number): Promise<void> {
	for (let more = keys - made.keys.length; more > 0; more--) await made.startRotation();
	await made.load();
	whole = await ours(await world.login(device)).openGroup(made.id);
	expect(whole.keyIds).toEqual(wholeThere.keyIds);
	expect(whole.keyIds).toHaveLength(keys);
}

async function expectEveryKey(joined: PartyGroup): Promise<void> {
	for (const id of whole.keyIds) expect(await joined.key(id)).toBe(await whole.key(id));
	expect(await joined.decrypt(firstText)).toBe("by the first key");
	expect(await joined.decrypt(await whole.encrypt("by the newest key"))).toBe("by the newest key");
}

const newOurs = async (): Promise<Party> => ours((await world.signUp()).user);
const newTheirs = async (): Promise<Party> => theirs(await world.signUpReference());
const clients = [
	{ client: "our SDK", signUp: newOurs },
	{ client: "the reference client", signUp: newTheirs },
];

/** More than a page of the reference client, and more than a request takes. */
const sizes = tier === "quick" ? [{ keys: 103 }] : [{ keys: 52 }, { keys: 103 }];

describe.each(sizes)("a group with $keys keys", ({ keys }) => {
	beforeAll(() => rotateUntil(keys));

	describe.each(clients)("for somebody with $client", ({ signUp }) => {
		it("is handed over whole by our SDK: by an invite, and by the answer to a join request", async () => {
			const [invited, asking] = [await signUp(), await signUp()];
			await whole.invite(invited.id);
			await invited.inbox.accept(whole.id);
			await expectEveryKey(await invited.openGroup(whole.id));

			await asking.inbox.ask(whole.id);
			await whole.acceptJoinRequest(asking.id);
			await expectEveryKey(await asking.openGroup(whole.id));
		});

		it("gives the 50 newest keys when the reference client invites; our SDK repairs the rest", async () => {
			const invited = await signUp();
			expect(await wholeThere.invite(invited.id, { auto: true })).toBe(true);
			const joined = await invited.openGroup(whole.id);
			expect(joined.keyIds).toEqual(whole.keyIds.slice(0, 50));
			expect(await joined.decrypt(await whole.encrypt("by the newest key"))).toBe("by the newest key");
			expect(await statusOfCall(() => joined.decrypt(firstText))).toBe("server_304");

			await whole.invite(invited.id, { again: true });
			await expectEveryKey(joined);
		});
	});

	it("loses all but the 50 newest keys of a member whom the reference client invites again", async () => {
		const member = await newTheirs();
		await whole.invite(member.id, { auto: true });
		await expectEveryKey(await member.openGroup(whole.id));
		expect(await wholeThere.invite(member.id, { again: true })).toBe(true);
		expect((await member.openGroup(whole.id)).keyIds).toEqual(whole.keyIds.slice(0, 50));
	});
});
