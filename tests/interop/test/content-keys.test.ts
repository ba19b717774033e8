import type { Group, SymKey, User } from "@sentc-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newest, type ReferenceDevice } from "./reference-device.js";
import { createWorld, statusOfCall, statusOfFailure, type World } from "./world.js";

const TEXT = "Grüße, 世界 🌍";
const BYTES = new TextEncoder().encode(TEXT);

/** A content key as the reference client hands it out. */
interface Generated {
	key: string;
	wrapped: string;
	masterKeyId: string;
}

/** The same master key on both sides. */
interface Master {
	generateTheirs(): Generated;
	openTheirs(wrapped: string): string;
	generateOurs(): Promise<[SymKey, string]>;
	openOurs(masterKeyId: string, wrapped: string): Promise<SymKey>;
	/** Of our SDK, to open by. */
	id: string;
}

let world: World;
let ours: User;
let group: Group;
let theirs: ReferenceDevice;
/** The account of `theirs` on our SDK. */
let theirsOnOurs: User;
beforeAll(async () => {
	world = await createWorld();
	ours = (await world.signUp()).user;
	group = await ours.getGroup(await ours.createGroup());
	theirs = await world.signUpReference();
	theirsOnOurs = await (await world.connect()).login(theirs.identifier, theirs.password, true);
});
afterAll(() => world.close());

function generated(output: ReturnType<World["reference"]["generate_non_register_sym_key"]>): Generated {
	const wrapped = output.get_encrypted_key();
	return { key: output.get_key(), wrapped, masterKeyId: JSON.parse(wrapped).master_key_id };
}

function groupMaster(): Master {
	const { reference } = world;
	const [groupKey, id] = group.getSymKeyToEncryptSync();
	return {
		generateTheirs: () => generated(reference.generate_non_register_sym_key(groupKey)),
		openTheirs: (wrapped) => reference.decrypt_sym_key(groupKey, wrapped),
		generateOurs: () => group.generateNonRegisteredKey(),
		openOurs: (masterKeyId, wrapped) => group.getNonRegisteredKey(masterKeyId, wrapped),
		id,
	};
}

function userMaster(): Master {
	const { reference } = world;
	const { exported_public_key, private_key, group_key_id } = newest(theirs.keys);
	return {
		generateTheirs: () => generated(reference.generate_non_register_sym_key_by_public_key(exported_public_key)),
		openTheirs: (wrapped) => reference.decrypt_sym_key_by_private_key(private_key, wrapped),
		generateOurs: () => ours.generateNonRegisteredKey(theirs.id),
		openOurs: (masterKeyId, wrapped) => theirsOnOurs.getNonRegisteredKey(masterKeyId, wrapped),
		id: group_key_id,
	};
}

const verifyKeyOf = ({ user_data }: User): string => String(user_data.user_keys[0]?.exported_verify_key);

/** What either client encrypts by the key is opened by the other one. */
function expectSameKey(key: SymKey, reference: string, signer: User): void {
	const { encrypt_string_symmetric, encrypt_symmetric, encrypt_raw_symmetric } = world.reference;
	const { decrypt_string_symmetric, decrypt_symmetric, decrypt_raw_symmetric } = world.reference;
	const { sign_key, exported_verify_key } = newest(theirs.keys);

	expect(key.decryptString(encrypt_string_symmetric(reference, TEXT))).toBe(TEXT);
	expect(key.decryptString(encrypt_string_symmetric(reference, TEXT, sign_key), exported_verify_key)).toBe(TEXT);
	expect(key.decrypt(encrypt_symmetric(reference, BYTES, sign_key), exported_verify_key)).toEqual(BYTES);
	const theirRaw = encrypt_raw_symmetric(reference, BYTES, sign_key);
	expect(key.decryptRaw(theirRaw.get_head(), theirRaw.get_data(), exported_verify_key)).toEqual(BYTES);

	const verifyKey = verifyKeyOf(signer);
	expect(decrypt_string_symmetric(reference, key.encryptString(TEXT))).toBe(TEXT);
	expect(decrypt_string_symmetric(reference, key.encryptString(TEXT, true), verifyKey)).toBe(TEXT);
	expect(decrypt_symmetric(reference, key.encrypt(BYTES, true), verifyKey)).toEqual(BYTES);
	const ourRaw = key.encryptRaw(BYTES, true);
	expect(decrypt_raw_symmetric(reference, ourRaw.data, ourRaw.head, verifyKey)).toEqual(BYTES);
}

describe.each([
	["a group", groupMaster, () => ours],
	["a user", userMaster, () => theirsOnOurs],
] as const)("content keys for %s", (_, masterOf, openerOf) => {
	let master: Master;
	beforeAll(() => {
		master = masterOf();
	});

	it("made by the reference client are opened by our SDK", async () => {
		const { key, wrapped, masterKeyId } = master.generateTheirs();
		expect(masterKeyId).toBe(master.id);
		const opened = await master.openOurs(masterKeyId, wrapped);
		expect(opened.key).toBe(master.openTheirs(wrapped));
		expectSameKey(opened, opened.key, openerOf());
		expectSameKey(opened, key, openerOf());
	});

	it("made by our SDK are opened by the reference client, which makes the same form", async () => {
		const [key, wrapped] = await master.generateOurs();
		const reference = master.generateTheirs();
		const form = (text: string) => ({ ...JSON.parse(text), encrypted_key_string: "" });
		expect(form(wrapped)).toEqual(form(reference.wrapped));
		expect(Object.keys(JSON.parse(wrapped))).toEqual(Object.keys(JSON.parse(reference.wrapped)));
		expect(wrapped).toHaveLength(reference.wrapped.length);
		expect(key.key.replace(/"key":"[^"]*"/, "")).toBe(reference.key.replace(/"key":"[^"]*"/, ""));

		const opened = master.openTheirs(wrapped);
		expect(opened).toBe((await master.openOurs(key.master_key_id, wrapped)).key);
		expectSameKey(key, opened, ours);
		expectSameKey(key, key.key, ours);
	});

	it("are refused for the same reasons", async () => {
		const { wrapped } = master.generateTheirs();
		const damages: object[] = [
			{ alg: "x" },
			{ encrypted_key_string: "!" },
			{ encrypted_key_string: "A".repeat(JSON.parse(wrapped).encrypted_key_string.length) },
			{ key_id: undefined },
			{ master_key_id: undefined },
			{ time: undefined },
			{ time: -1 },
		];
		for (const damage of damages) {
			const damaged = JSON.stringify({ ...JSON.parse(wrapped), ...damage });
			const status = await statusOfCall(() => master.openTheirs(damaged));
			expect(status).toMatch(/^client_\d+$/);
			expect(await statusOfFailure(master.openOurs(master.id, damaged))).toBe(status);
		}
	});
});
