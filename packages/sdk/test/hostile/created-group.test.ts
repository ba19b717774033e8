import { rejection, signUp, startApi, thrown } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { User } from "../../src/index.js";
import { tamper } from "../support/between.js";
import { createElsewhere } from "../support/created-elsewhere.js";
import { beside, forgedKey, instead } from "../support/forged-group.js";

const api = await startApi();
afterAll(() => api.close());

/** A creator at an API that may lie. */
async function start() {
	const { fetch, ...between } = tamper();
	return { ...(await signUp(api, { fetch, worker: false })), ...between };
}

const idOf = (answer: string): string => JSON.parse(answer).result.group_id;

/** Through an own backend. @returns its answer */
async function send(user: User, body: string): Promise<string> {
	const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${await user.getJwt()}` };
	return (await fetch(`${api.base_url}/api/v1/group`, { method: "POST", headers, body })).text();
}

const FORGED = { name: "AnswerForged", code: "ANSWER_FORGED", what: "group" };

describe("an API that wraps a key of its own for the creator of a group", () => {
	it.each<[string, (user: User) => Promise<string>]>([
		["createGroup", (user) => user.createGroup()],
		[
			"doneGroupCreate",
			async (user) => {
				const body = user.prepareGroupCreate();
				const answer = await send(user, body);
				expect(user.doneGroupCreate(answer, body)).toBe(idOf(answer));
				return idOf(answer);
			},
		],
	])("is refused without any verification, after %s", async (_, create) => {
		const { user, lie, beHonest } = await start();
		const id = await create(user);
		lie(new RegExp(`GET /group/${id}$`), instead(forgedKey(user)));
		for (const verify of [0, 1, 2]) {
			expect(await rejection(user.getGroup(id, undefined, verify))).toMatchObject(FORGED);
		}
		beHonest();
		const group = await user.getGroup(id);
		expect(await group.decryptString(await group.encryptString("secret"))).toBe("secret");
	});

	it("is refused when it changes a single member", async () => {
		const { user, lie } = await start();
		const id = await user.createGroup();
		const forged: Record<string, unknown> = { ...forgedKey(user), user_public_key_id: "other" };
		const members = [
			"encrypted_group_key",
			"encrypted_private_group_key",
			"public_group_key",
			"user_public_key_id",
		] as const;
		for (const member of members) {
			lie(new RegExp(`GET /group/${id}$`), instead({ [member]: forged[member] }));
			expect(await rejection(user.getGroup(id)), member).toMatchObject(FORGED);
		}
	});

	it("reads nothing when it shows that key as a newer one: the creator encrypts with what they made", async () => {
		const { user, lie } = await start();
		const id = await user.createGroup();
		const forged = beside(forgedKey(user), 1000);
		lie(new RegExp(`GET /group/${id}$`), (group) => ({
			...forged(group),
			hmac_keys: [{ ...(group["hmac_keys"] as object[])[0], encrypted_hmac_encryption_key_id: "forged" }],
		}));
		const { data } = await user.getGroup(id);
		expect(data.newest_key_id).not.toBe("forged");
		expect(data.keys.map(({ group_key_id }) => group_key_id)).toEqual([data.newest_key_id]);
		expect(data.hmac_keys).toEqual([]);
	});

	it("is not noticed by a device that did not create the group, nor after an own backend whose answer it was not given", async () => {
		const { user, lie } = await start();
		const id = await createElsewhere(api, user);
		lie(new RegExp(`GET /group/${id}$`), instead(forgedKey(user)));
		expect((await user.getGroup(id)).data.keys).toMatchObject([{ signature: "none" }]);
	});
});

it("the keys of 100 created groups are remembered, and each until its group was fetched", async () => {
	const { user, lie } = await start();
	const [first, second] = [await user.createGroup(), await user.createGroup()];
	const body = user.prepareGroupCreate();
	const create = (id: string): string =>
		user.doneGroupCreate(JSON.stringify({ status: true, result: { group_id: id } }), body);
	for (let index = 0; index < 99; index++) create(`group-${index}`);
	for (const id of [first, second]) lie(new RegExp(`GET /group/${id}$`), instead(forgedKey(user)));
	expect((await user.getGroup(first)).data.keys).toHaveLength(1);
	expect(await rejection(user.getGroup(second))).toMatchObject(FORGED);
});

it("what was prepared has to be what prepareGroupCreate answered", async () => {
	const { user } = await start();
	const answer = JSON.stringify({ status: true, result: { group_id: "id" } });
	for (const prepared of ["", "{}", "null", 5]) {
		const refused = thrown(() => user.doneGroupCreate(answer, prepared as string));
		expect(refused).toMatchObject({ name: "InvalidInput", field: "prepared_input" });
	}
	const body = user.prepareGroupCreate();
	await user.logOut();
	expect(thrown(() => user.doneGroupCreate(answer, body))).toMatchObject({ code: "SESSION_ENDED" });
});
