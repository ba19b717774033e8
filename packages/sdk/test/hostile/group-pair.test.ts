import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, expect, it } from "vitest";
import { newGroup, newMember } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

it("a public key that the API put in the place of a group's encrypts no key of another group", async () => {
	const ada = await newMember(api);
	const honest = await newGroup(ada.user);
	const parentId = await ada.user.createGroup();
	const foreign = JSON.parse(honest.data.keys[0]?.exported_public_key ?? "").public_key_pem;

	const bob = await newMember(api);
	await (await ada.user.getGroup(parentId)).inviteAuto(bob.id, 1);
	const childId = await (await ada.user.getGroup(parentId)).createChildGroup();
	bob.lie(new RegExp(`^GET /group/${parentId}$`), (group) => {
		const keys = group["keys"] as object[];
		return { ...group, keys: keys.map((key) => ({ ...key, public_group_key: foreign })) };
	});
	const forged = await bob.user.getGroup(parentId);
	const child = await forged.getChildGroup(childId);
	bob.requests.length = 0;
	const refusal = { code: "ANSWER_FORGED", what: "own_key" };
	for (const call of [
		() => forged.createChildGroup(),
		() => forged.createConnectedGroup(),
		() => forged.prepareCreateChildGroupAsync(),
		() => child.keyRotation(),
		() => child.prepareKeyRotation(),
	]) {
		expect(await rejection(call())).toMatchObject(refusal);
	}
	expect(bob.requests.filter((request) => !request.startsWith("GET"))).toEqual([]);
	expect(child.data.keys).toHaveLength(1);
});
