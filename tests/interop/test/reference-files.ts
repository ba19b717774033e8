import { newest, type ReferenceDevice, resultOf } from "./reference-device.js";
import type { ReferenceGroup } from "./reference-group.js";

// What the JavaScript layer of the reference does with files, around the functions of `sentc_wasm` (protocol/files §6).

/** What the API has of a file. */
export interface FileData {
	belongs_to_type: string;
	encrypted_file_name: string;
	encrypted_key: string;
	part_list: { part_id: string; sequence: number; extern_storage: boolean }[];
}

/** Whose file it is, and the keys for the key of its parts. */
export interface FileOwner {
	readonly belongsTo: readonly [type: "None" | "Group" | "User", id: string | undefined];
	readonly group?: string;
	/** Of the routes. */
	readonly path: string;
	newKey(): NewFileKey;
	/** @param wrapped `encrypted_key` of the API */
	open(wrapped: string): string;
}

export interface NewFileKey {
	readonly key: string;
	readonly wrapped: string;
}

type WrappedKey = ReturnType<ReferenceDevice["connection"]["reference"]["generate_non_register_sym_key"]>;

const wrap = (output: WrappedKey): NewFileKey => ({ key: output.get_key(), wrapped: output.get_encrypted_key() });

/** The user alone, another one whose exported public key is given, or the user as receiver. */
export function userOwner(
	{ connection: { reference }, id, keys }: ReferenceDevice,
	to?: { readonly id: string; readonly publicKey: string },
): FileOwner {
	const { exported_public_key, private_key } = newest(keys);
	const receiver = to ?? { id, publicKey: exported_public_key };
	return {
		belongsTo: ["User", receiver.id],
		path: "/file",
		newKey: () => wrap(reference.generate_non_register_sym_key_by_public_key(receiver.publicKey)),
		open: (wrapped) => reference.decrypt_sym_key_by_private_key(private_key, wrapped),
	};
}

/** Everybody sees the encrypted file, and the user alone can open it. */
export const nobody = (device: ReferenceDevice): FileOwner => ({
	...userOwner(device),
	belongsTo: ["None", undefined],
});

export function groupOwner({ device, id, keys }: ReferenceGroup): FileOwner {
	const { reference } = device.connection;
	const { group_key } = newest(keys);
	return {
		belongsTo: ["Group", id],
		group: id,
		path: `/group/${id}/file`,
		newKey: () => wrap(reference.generate_non_register_sym_key(group_key)),
		open: (wrapped) => reference.decrypt_sym_key(group_key, wrapped),
	};
}

export async function registerFile(
	{ connection: { reference, token, url }, jwt }: ReferenceDevice,
	{ belongsTo: [type, belongsTo], group }: FileOwner,
	{ key, wrapped }: NewFileKey,
	name: string,
): Promise<{ id: string; session: string }> {
	const { master_key_id } = JSON.parse(wrapped);
	const args = [master_key_id, key, wrapped, belongsTo, JSON.stringify(type), name, group] as const;
	const registered = await reference.file_register_file(url, token, jwt, ...args);
	return { id: registered.get_file_id(), session: registered.get_session_id() };
}

/** Uploads chunks with the chain of keys that the reference client makes. */
export async function uploadChunks(
	{ connection: { reference, token, url }, jwt }: ReferenceDevice,
	session: string,
	contentKey: string,
	chunks: readonly Uint8Array[],
	signKey?: string,
): Promise<void> {
	let key = contentKey;
	for (const [index, chunk] of chunks.entries()) {
		const send = index === 0 ? reference.file_upload_part_start : reference.file_upload_part;
		const end = index + 1 === chunks.length;
		key = await send(url, undefined, token, jwt, session, end, index + 1, key, signKey, chunk);
	}
}

export async function downloadChunks(
	{ connection: { reference, token, url } }: ReferenceDevice,
	{ part_list }: FileData,
	contentKey: string,
	verifyKey?: string,
): Promise<Uint8Array[]> {
	let key = contentKey;
	const chunks: Uint8Array[] = [];
	for (const [index, { part_id }] of part_list.entries()) {
		const start = index === 0;
		const read = start
			? reference.file_download_and_decrypt_file_part_start
			: reference.file_download_and_decrypt_file_part;
		const part = await read(url, undefined, token, part_id, key, verifyKey);
		// A copy: what it answers may lie in memory of its own that moves when it grows.
		chunks.push(part.get_file().slice());
		key = part.get_next_file_key();
	}
	return chunks;
}

export const readFile = async (device: ReferenceDevice, { path }: FileOwner, id: string): Promise<FileData> =>
	resultOf<FileData>(await device.request("GET", `${path}/${id}`));

export const randomChunk = (length: number): Uint8Array => {
	const chunk = new Uint8Array(length);
	for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(chunk.subarray(at, at + 65_536));
	return chunk;
};
