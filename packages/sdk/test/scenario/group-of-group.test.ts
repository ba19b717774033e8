import { startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { startFamily } from "../support/group-of-group.js";

const api = await startApi();
afterAll(() => api.close());

const family = await startFamily(api);

describe("a group whose keys those of another group open", () => {
	it("encrypts and decrypts, and opens its keys through the other one", async () => {
		const parent = await family.newParent();
		const { group, record } = await family.newChild(parent, 2);
		const [key] = group.data.keys;
		expect(record.user_public_key_id).toBe(parent.newest.group_key_id);
		expect(family.userData.key_map.has(record.user_public_key_id)).toBe(false);
		expect(await group.decryptString(await group.encryptString("hello"))).toBe("hello");
		const list = [{ private_key_id: record.user_public_key_id, key_data: JSON.stringify(record) }];
		expect(await group.decryptKey(list, 2)).toEqual([key]);
	});

	it("fetches with the JWT that it is given, through the other one", async () => {
		const { group } = await family.newChild(await family.newParent());
		const [key] = group.data.keys;
		group.data.keys.length = 0;
		group.data.key_map.clear();
		await group.fetchKeys(family.userData.jwt);
		expect(group.data.keys).toMatchObject([{ ...key }]);
	});

	it("rotates for the other one, signed by the user", async () => {
		const parent = await family.newParent();
		const { group, rotation, sent } = await family.newChild(parent, 2);
		const text = await group.encryptString("before");
		await rotation.start(family.signer);
		expect(sent).toMatchObject([
			{ invoker_public_key_id: parent.newest.group_key_id, signed_by_user_id: family.userData.user_id },
		]);
		expect(sent[0]).not.toHaveProperty("verify_key");
		expect(group.data).toMatchObject({ newest_key_id: "rotated-1", keys: [{}, { group_key_id: "rotated-1" }] });
		expect(group.data.keys[1]).not.toHaveProperty("unproven");
		expect(await group.decryptString(text)).toBe("before");
		expect(await group.decryptString(await group.encryptString("after"))).toBe("after");
	});
});
