import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, expect, it } from "vitest";
import { startFamily } from "../support/group-of-group.js";

const api = await startApi();
afterAll(() => api.close());

it("a public key that the API put in the place of a group's encrypts no key of another group", async () => {
	const family = await startFamily(api);
	const honest = await family.newParent();
	const foreign = JSON.parse(honest.newest.exported_public_key).public_key_pem;
	family.lie(/^GET \/group\/[\w-]+$/, (group) => {
		const keys = group["keys"] as object[];
		return { ...group, keys: keys.map((key) => ({ ...key, public_group_key: foreign })) };
	});
	const forged = await family.newParent();
	const refusal = { code: "ANSWER_FORGED", what: "own_key" };
	expect(await rejection(family.newChild(forged))).toMatchObject(refusal);

	const { group, rotation, sent } = await family.newChild(honest, 0, forged);
	expect(await rejection(rotation.start(family.signer))).toMatchObject(refusal);
	expect(sent).toEqual([]);
	expect(group.data.keys).toHaveLength(1);
});
