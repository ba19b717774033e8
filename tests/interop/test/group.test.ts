import { afterAll, describe, expect, it } from "vitest";
import { statusOf } from "../src/reference.js";
import { newest, type ReferenceDevice, referenceLogin } from "./reference-device.js";
import { createWorld } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

/** The group's newest key, fetched and opened by the reference client. */
async function referenceGroupKey(user: ReferenceDevice, groupId: string) {
	const { reference, token, url } = world;
	const response = await fetch(`${url}/api/v1/group/${groupId}`, {
		headers: { "x-sentc-app-token": token, Authorization: `Bearer ${user.jwt}` },
	});
	const group = reference.group_extract_group_data(await response.text());
	const [key] = group.get_keys() as { key_data: string; private_key_id: string }[];
	if (!key) throw new Error("the group has no key");
	const opened = reference.group_decrypt_key(newest(user.keys).private_key, key.key_data);
	return { group, groupKey: opened.get_group_key() };
}

const TEXT = "Grüße, 世界 🌍";

describe("groups made by the reference client", () => {
	it("are listed, opened and read by our SDK, signatures included", async () => {
		const { reference, token, url } = world;
		const theirs = await world.signUpReference();
		const { public_key, sign_key } = newest(theirs.keys);
		const groupId = await reference.group_create_group(
			url,
			token,
			theirs.jwt,
			public_key,
			undefined,
			sign_key,
			theirs.id,
		);
		const { groupKey } = await referenceGroupKey(theirs, groupId);

		const user = await world.login(theirs);
		expect((await user.getGroups()).map(({ group_id }) => group_id)).toEqual([groupId]);
		const group = await user.getGroup(groupId, undefined, 1);
		expect(group.data.keys[0]?.group_key).toBe(groupKey);
		expect(group.data.rank).toBe(0);

		const plain = reference.encrypt_string_symmetric(groupKey, TEXT);
		expect(await group.decryptString(plain)).toBe(TEXT);
		const signed = reference.encrypt_string_symmetric(groupKey, TEXT, sign_key);
		expect(await group.decryptString(signed, true, theirs.id)).toBe(TEXT);
		expect(group.decryptStringSync(signed, newest(theirs.keys).exported_verify_key)).toBe(TEXT);
	});
});

describe("groups made by our SDK", () => {
	it("are opened and read by the reference client, signatures included", async () => {
		const { reference } = world;
		const { identifier, password, user } = await world.signUp();
		const groupId = await user.createGroup(true);
		const group = await user.getGroup(groupId);

		const theirs = await referenceLogin(world, identifier, password);
		const opened = await referenceGroupKey(theirs, groupId);
		expect(opened.groupKey).toBe(group.data.keys[0]?.group_key);
		expect(opened.group.get_rank()).toBe(0);

		const verifyKey = newest(theirs.keys).exported_verify_key;
		const data = new TextEncoder().encode(TEXT);
		expect(reference.decrypt_string_symmetric(opened.groupKey, await group.encryptString(TEXT))).toBe(TEXT);
		expect(reference.decrypt_string_symmetric(opened.groupKey, group.encryptStringSync(TEXT, true), verifyKey)).toBe(
			TEXT,
		);
		expect(reference.decrypt_symmetric(opened.groupKey, await group.encrypt(data, true), verifyKey)).toEqual(data);
		const raw = group.encryptRawSync(data, true);
		expect(reference.decrypt_raw_symmetric(opened.groupKey, raw.data, raw.head, verifyKey)).toEqual(data);
	});

	it("are gone for the reference client after our SDK deleted them", async () => {
		const { identifier, password, user } = await world.signUp();
		const groupId = await user.createGroup();
		await (await user.getGroup(groupId)).deleteGroup();
		const theirs = await referenceLogin(world, identifier, password);
		const failure = await referenceGroupKey(theirs, groupId).catch((thrown) => statusOf(thrown));
		expect(failure).toBe("server_310");
	});
});

describe("content for a user's public key", () => {
	it("encrypted by the reference client is read by our SDK, and the reverse", async () => {
		const { reference } = world;
		const ours = await world.signUp();
		const theirs = await world.signUpReference();
		const { private_key, sign_key, exported_verify_key, exported_public_key } = newest(theirs.keys);

		const ourKey = await ours.sentc.getUserPublicKey(ours.user.user_data.user_id);
		const forUs = reference.encrypt_string_asymmetric(ourKey.public_key, TEXT, sign_key);
		expect(await ours.user.decryptString(forUs, true, theirs.id)).toBe(TEXT);
		expect(ours.user.decryptStringSync(forUs, exported_verify_key)).toBe(TEXT);

		const forThem = await ours.user.encryptString(TEXT, theirs.id, true);
		const ourVerifyKey = String(ours.user.user_data.user_keys[0]?.exported_verify_key);
		expect(reference.decrypt_string_asymmetric(private_key, forThem, ourVerifyKey)).toBe(TEXT);
		const bytes = ours.user.encryptSync(new Uint8Array([1, 2, 3]), exported_public_key);
		expect(reference.decrypt_asymmetric(private_key, bytes)).toEqual(new Uint8Array([1, 2, 3]));
	});
});
