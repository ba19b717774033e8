import type { Group, SymKey, User } from "@sentc-ts/sdk";
import { expect } from "vitest";
import type { Reference } from "../src/reference.js";
import { newest, type ReferenceDevice } from "./reference-device.js";
import type { World } from "./world.js";

// Content keys on both clients, wrapped for a group or for a user.

const TEXT = "Grüße, 世界 🌍";
const BYTES = new TextEncoder().encode(TEXT);

/** A content key as the reference client hands it out. */
interface Generated {
	key: string;
	wrapped: string;
	masterKeyId: string;
}

/** The same master key on both sides. */
export interface Master {
	generateTheirs(): Generated;
	openTheirs(wrapped: string): string;
	generateOurs(): Promise<[SymKey, string]>;
	openOurs(masterKeyId: string, wrapped: string): Promise<SymKey>;
	/** Of our SDK, to open by. */
	id: string;
}

/** Who has content keys. */
export interface Both {
	reference: Reference;
	ours: User;
	group: Group;
	theirs: ReferenceDevice;
	/** The account of `theirs` on our SDK. */
	theirsOnOurs: User;
}

export async function onBoth(world: World): Promise<Both> {
	const { user: ours } = await world.signUp();
	const group = await ours.getGroup(await ours.createGroup());
	const theirs = await world.signUpReference();
	return { reference: world.reference, ours, group, theirs, theirsOnOurs: await world.login(theirs) };
}

function generated(output: ReturnType<Reference["generate_non_register_sym_key"]>): Generated {
	const wrapped = output.get_encrypted_key();
	return { key: output.get_key(), wrapped, masterKeyId: JSON.parse(wrapped).master_key_id };
}

export function groupMaster({ reference, group }: Both): Master {
	const [groupKey, id] = group.getSymKeyToEncryptSync();
	return {
		generateTheirs: () => generated(reference.generate_non_register_sym_key(groupKey)),
		openTheirs: (wrapped) => reference.decrypt_sym_key(groupKey, wrapped),
		generateOurs: () => group.generateNonRegisteredKey(),
		openOurs: (masterKeyId, wrapped) => group.getNonRegisteredKey(masterKeyId, wrapped),
		id,
	};
}

export function userMaster({ reference, ours, theirs, theirsOnOurs }: Both): Master {
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
export function expectSameKey({ reference: client, theirs }: Both, key: SymKey, reference: string, signer: User): void {
	const { encrypt_string_symmetric, encrypt_symmetric, encrypt_raw_symmetric } = client;
	const { decrypt_string_symmetric, decrypt_symmetric, decrypt_raw_symmetric } = client;
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
