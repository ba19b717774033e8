import { createCrypto } from "@sentc-ts/core-crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, newest, type World } from "./world.js";

let world: World;
beforeAll(async () => {
	world = await createWorld();
});
afterAll(() => world.close());

const crypto = createCrypto();

async function answer(path: string): Promise<string> {
	const response = await fetch(`${world.url}/api/v1${path}`, { headers: { "x-sentc-app-token": world.token } });
	return response.text();
}

describe("public keys", () => {
	it("of our SDK's user are fetched and verified by the reference client", async () => {
		const { reference } = world;
		const { user } = await world.signUp();
		const id = user.user_data.user_id;
		const key = reference.user_extract_public_key_data(await answer(`/user/${id}/public_key`));
		const verifyKeyId = key.get_public_key_sig_key_id();
		const verifyKey = reference.user_extract_verify_key_data(await answer(`/user/${id}/verify_key/${verifyKeyId}`));
		expect(reference.user_verify_user_public_key(verifyKey, key.get_public_key())).toBe(true);
	});

	it("of the reference client's user are fetched and verified by our SDK", async () => {
		const theirs = await world.signUpReference();
		const sentc = await world.connect();
		const key = await sentc.getUserPublicKey(theirs.id);
		expect(await sentc.verifyUserPublicKey(theirs.id, key)).toBe(true);
	});

	it("of another user do not verify, on either side", async () => {
		const ada = newest((await world.signUpReference()).keys);
		const eve = newest((await world.signUpReference()).keys);
		const verifyKey = eve.exported_verify_key;
		expect(world.reference.user_verify_user_public_key(verifyKey, ada.exported_public_key)).toBe(false);
		expect(crypto.verifyUserPublicKey({ verifyKey, publicKey: ada.exported_public_key })).toBe(false);
	});
});

describe("safety numbers", () => {
	it("are the same on both sides, whoever comes first", async () => {
		const ours = await world.signUp();
		const theirs = await world.signUpReference();
		const ourKey = String(ours.user.user_data.user_keys[0]?.exported_verify_key);
		const ourId = ours.user.user_data.user_id;
		const theirKey = newest(theirs.keys).exported_verify_key;
		const number = await ours.user.createSafetyNumber({
			user_id: theirs.id,
			verify_key_id: newest(theirs.keys).exported_public_key_sig_key_id,
		});
		expect(world.reference.user_create_safety_number(ourKey, ourId, theirKey, theirs.id)).toBe(number);
		expect(world.reference.user_create_safety_number(theirKey, theirs.id, ourKey, ourId)).toBe(number);
		expect(world.reference.user_create_safety_number(ourKey, ourId)).toBe(await ours.user.createSafetyNumber());
	});
});
