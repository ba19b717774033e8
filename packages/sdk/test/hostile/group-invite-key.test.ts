import { createCrypto } from "@sentc-ts/core-crypto";
import type { NewMemberKeys } from "@sentc-ts/core-crypto/wire";
import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { isOn } from "../support/between.js";
import { join, type Member, newGroup, newMember } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

const PUBLIC_KEY = /^GET \/group\/[\w-]+\/public_key$/;
const FORGED = { code: "ANSWER_FORGED", what: "group" };

let ada: Member;
/** A connected group of hers, into which others are invited. */
let connected: Group;
beforeAll(async () => {
	ada = await newMember(api);
	const own = await newGroup(ada.user);
	connected = await own.getConnectedGroup(await own.createConnectedGroup());
});

/** Somebody else's group, with a member who is removed later on. */
async function strangers(): Promise<{ bob: Member; group: Group; removed: Member; id: string }> {
	const [bob, removed] = [await newMember(api), await newMember(api)];
	const group = await newGroup(bob.user, true);
	await join(group, removed.user);
	return { bob, group, removed, id: group.data.group_id };
}

/** For which key are keys encrypted? */
async function keyOf(prepared: Promise<string>): Promise<string | undefined> {
	return (JSON.parse(await prepared) as NewMemberKeys).keys[0]?.user_public_key_id;
}

const sent = (): string[] => ada.requests.filter((request) => request.startsWith("PUT"));

describe("a group that is invited after a removal there", () => {
	it("gets the keys for its new pair, whatever was asked for before", async () => {
		const { group, removed, id } = await strangers();
		const before = await ada.sentc.getGroupPublicKey(id);
		await group.kickUser(removed.id);
		expect(await ada.sentc.getGroupPublicKey(id)).toEqual(before);
		const after = await keyOf(connected.prepareKeysForNewMember(id, undefined, 0, true));
		expect(after).toBe(group.data.newest_key_id);
		expect(after).not.toBe(before.id);
		await connected.inviteGroupAuto(id);
		expect((await group.getConnectedGroup(connected.data.group_id)).data.keys).toHaveLength(1);
	});
});

describe("an API that hands out another public key of an invited group", () => {
	it("can't go back to one that it answered before, which a removed member knows", async () => {
		const { group, removed, id } = await strangers();
		const old = await answerOf(() => ada.sentc.getGroupPublicKey(id));
		await group.kickUser(removed.id);
		await connected.prepareKeysForNewMember(id, undefined, 0, true);
		ada.lie(PUBLIC_KEY, () => old);
		ada.requests.length = 0;
		expect(await rejection(connected.inviteGroupAuto(id))).toMatchObject(FORGED);
		expect(sent()).toEqual([]);
		ada.beHonest();
	});

	it("can't put other bytes under a known id", async () => {
		const { id } = await strangers();
		const genuine = await answerOf(() => ada.sentc.getGroupPublicKey(id));
		ada.lie(PUBLIC_KEY, () => ({ ...foreign(ada), public_key_id: genuine["public_key_id"] }));
		ada.requests.length = 0;
		expect(await rejection(connected.inviteGroupAuto(id))).toMatchObject(FORGED);
		expect(sent()).toEqual([]);
		ada.beHonest();
	});

	it("can't have one of its own taken where the user is a member, and the keys are signed", async () => {
		const { bob, group, id } = await strangers();
		await ada.user.getPublicKey(bob.id);
		const adas = await join(group, ada.user);
		ada.lie(PUBLIC_KEY, () => foreign(ada));
		ada.requests.length = 0;
		expect(await rejection(connected.inviteGroupAuto(id))).toMatchObject({ code: "KEY_NOT_FOUND" });
		expect(sent()).toEqual([]);
		ada.beHonest();

		await group.keyRotation();
		await api.runJobs();
		expect(await keyOf(connected.prepareKeysForNewMember(id, undefined, 0, true))).toBe(group.data.newest_key_id);
		const [first] = adas.data.keys;
		const { public_key_alg, public_key_pem } = JSON.parse(first?.exported_public_key ?? "");
		ada.lie(PUBLIC_KEY, () => ({
			...{ public_key: public_key_pem, public_key_alg },
			public_key_id: first?.group_key_id,
		}));
		ada.requests.length = 0;
		expect(await rejection(connected.inviteGroupAuto(id))).toMatchObject(FORGED);
		expect(sent()).toEqual([]);
		ada.beHonest();
	});
});

/** What the API answered. */
async function answerOf(ask: () => Promise<unknown>): Promise<Record<string, unknown>> {
	let answer: Record<string, unknown> = {};
	ada.through(async (request, send) => {
		const response = await send();
		if (isOn(PUBLIC_KEY, request)) answer = (await response.clone().json()).result;
		return response;
	});
	await ask();
	ada.beHonest();
	expect(answer).toHaveProperty("public_key_id");
	return answer;
}

/** A public key whose private half the API has. */
function foreign({ user }: Member): Record<string, unknown> {
	const made = createCrypto().prepareGroup({ creatorPublicKey: user.getNewestPublicKey() });
	return { public_key_id: "made-up", public_key: made.public_group_key, public_key_alg: made.keypair_encrypt_alg };
}
