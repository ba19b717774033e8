import { createCrypto } from "@sentc-ts/core-crypto";
import { afterAll, describe, expect, it } from "vitest";
import { newest, request, resultOf } from "./reference-device.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

const crypto = createCrypto();

const answer = (path: string) => request(world, "GET", path);

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

	it("are the newest after a rotation of either client, older ones by id", async () => {
		const { reference } = world;
		const theirs = await world.signUpReference();
		const first = newest(theirs.keys).group_key_id;
		const second = await theirs.rotateKey();
		const ours = await world.login(theirs);
		await ours.keyRotation();
		const third = ours.user_data.newest_key_id;
		const sentc = await world.connect();
		expect((await sentc.getUserPublicKey(theirs.id)).public_key_id).toBe(third);
		for (const [path, id] of [["", third], ...[first, second, third].map((keyId) => [`/${keyId}`, keyId])]) {
			const key = reference.user_extract_public_key_data(await answer(`/user/${theirs.id}/public_key${path}`));
			expect([key.get_public_key_id(), key.get_public_key_sig_key_id()]).toEqual([id, id]);
			const verifyKey = reference.user_extract_verify_key_data(await answer(`/user/${theirs.id}/verify_key/${id}`));
			expect(reference.user_verify_user_public_key(verifyKey, key.get_public_key())).toBe(true);
			expect(crypto.verifyUserPublicKey({ verifyKey, publicKey: key.get_public_key() })).toBe(true);
		}
	});

	it("of nobody, or with an unknown id, are refused", async () => {
		const { id } = await world.signUpReference();
		const unknown = "01900000-0000-7000-8000-000000000000";
		const fetchResult = async (path: string) => resultOf(await answer(path));
		expect(await statusOfFailure(fetchResult(`/user/${unknown}/public_key`))).toBe("server_100");
		expect(await statusOfFailure(fetchResult(`/user/${id}/public_key/${unknown}`))).toBe("server_100");
		expect(await statusOfFailure(fetchResult(`/user/${id}/verify_key/${unknown}`))).toBe("server_100");
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

	it("are made of the newest verify keys: the same on both sides after rotations", async () => {
		const ours = await world.signUp();
		const theirs = await world.signUpReference();
		const number = async () =>
			ours.user.createSafetyNumber({ user_id: theirs.id, verify_key_id: newest(theirs.keys).group_key_id });
		const theirNumber = () => {
			const { newest_key_id, user_id, user_keys } = ours.user.user_data;
			const own = user_keys.find(({ group_key_id }) => group_key_id === newest_key_id)?.exported_verify_key;
			const { exported_verify_key } = newest(theirs.keys);
			return world.reference.user_create_safety_number(exported_verify_key, theirs.id, own, user_id);
		};
		const before = await number();
		expect(theirNumber()).toBe(before);
		await theirs.rotateKey();
		await ours.user.keyRotation();
		expect(await number()).toBe(theirNumber());
		expect(await number()).not.toBe(before);
	});
});
