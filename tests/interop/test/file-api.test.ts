import { tier } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReferenceDevice, resultOf } from "./reference-device.js";
import { createReferenceGroup, type ReferenceGroup } from "./reference-group.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
const { reference, url, token } = world;
const CHUNK = tier === "quick" ? 100_000 : 4 * 1024 * 1024;
const NAME = "Übersicht 🌍.pdf";

let device: ReferenceDevice;
let group: ReferenceGroup;
beforeAll(async () => {
	device = await world.signUpReference();
	group = await createReferenceGroup(device);
});
afterAll(() => world.close());

interface FileData {
	belongs_to_type: string;
	encrypted_file_name: string;
	encrypted_key: string;
	part_list: { part_id: string; sequence: number; extern_storage: boolean }[];
}

/** Whose file, and the content key that wraps its parts. */
interface Owner {
	readonly belongsTo: readonly [type: "None" | "Group" | "User", id: string | undefined];
	readonly group?: string;
	newKey(): { key: string; wrapped: string };
	open(wrapped: string): string;
	readonly path: string;
}

const wrap = (output: ReturnType<typeof reference.generate_non_register_sym_key>) => ({
	key: output.get_key(),
	wrapped: output.get_encrypted_key(),
});

const userOwner = (type: "None" | "User"): Owner => ({
	belongsTo: [type, type === "User" ? device.id : undefined],
	newKey: () => wrap(reference.generate_non_register_sym_key_by_public_key(device.keys[0]?.exported_public_key ?? "")),
	open: (wrapped) => reference.decrypt_sym_key_by_private_key(device.keys[0]?.private_key ?? "", wrapped),
	path: "/file",
});

const groupOwner = (): Owner => {
	const key = group.keys[0]?.group_key ?? "";
	return {
		belongsTo: ["Group", group.id],
		group: group.id,
		newKey: () => wrap(reference.generate_non_register_sym_key(key)),
		open: (wrapped) => reference.decrypt_sym_key(key, wrapped),
		path: `/group/${group.id}/file`,
	};
};

async function register(owner: Owner, { key, wrapped }: { key: string; wrapped: string }) {
	const [type, id] = owner.belongsTo;
	const { master_key_id } = JSON.parse(wrapped);
	const args = [master_key_id, key, wrapped, id, JSON.stringify(type), NAME, owner.group] as const;
	const registered = await reference.file_register_file(url, token, device.jwt, ...args);
	return { id: registered.get_file_id(), session: registered.get_session_id() };
}

/** Uploads chunks with the chain of keys that the reference client makes. */
async function upload(session: string, contentKey: string, chunks: readonly Uint8Array[], signKey?: string) {
	let key = contentKey;
	for (const [index, chunk] of chunks.entries()) {
		const send = index === 0 ? reference.file_upload_part_start : reference.file_upload_part;
		const end = index + 1 === chunks.length;
		key = await send(url, undefined, token, device.jwt, session, end, index + 1, key, signKey, chunk);
	}
}

async function download({ part_list }: FileData, contentKey: string, verifyKey?: string): Promise<Uint8Array[]> {
	let key = contentKey;
	const chunks: Uint8Array[] = [];
	for (const [index, { part_id }] of part_list.entries()) {
		const start = index === 0;
		const read = start
			? reference.file_download_and_decrypt_file_part_start
			: reference.file_download_and_decrypt_file_part;
		const part = await read(url, undefined, token, part_id, key, verifyKey);
		chunks.push(part.get_file());
		key = part.get_next_file_key();
	}
	return chunks;
}

const randomChunk = (length: number): Uint8Array => {
	const chunk = new Uint8Array(length);
	for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(chunk.subarray(at, at + 65_536));
	return chunk;
};

describe.each([
	["nobody", () => userOwner("None")],
	["a user", () => userOwner("User")],
	["a group", groupOwner],
] as const)("a file of %s, by the reference client at our API", (_, ownerOf) => {
	it("is registered, uploaded, read, renamed and deleted", async () => {
		const owner = ownerOf();
		const made = owner.newKey();
		const { id, session } = await register(owner, made);
		const chunks = [randomChunk(CHUNK), randomChunk(1000)];
		const { sign_key, exported_verify_key } = device.keys[0] ?? { sign_key: "", exported_verify_key: "" };
		await upload(session, made.key, chunks, sign_key);

		const read = async () => resultOf<FileData>(await device.request("GET", `${owner.path}/${id}`));
		const data = await read();
		expect(data.belongs_to_type).toBe(owner.belongsTo[0]);
		expect(data.part_list.map(({ sequence }) => sequence)).toEqual([1, 2]);
		const key = owner.open(data.encrypted_key);
		expect(reference.decrypt_string_symmetric(key, data.encrypted_file_name)).toBe(NAME);
		const received = await download(data, key, exported_verify_key);
		expect(received.map((chunk, index) => Buffer.compare(chunk, chunks[index] ?? new Uint8Array()))).toEqual([0, 0]);

		const body = reference.file_prepare_file_name_update(key, "other");
		resultOf(await device.request("PUT", `/file/${id}`, { body }));
		expect(reference.decrypt_string_symmetric(key, (await read()).encrypted_file_name)).toBe("other");

		resultOf(await device.request("DELETE", `${owner.path}/${id}`));
		expect(await statusOfFailure(download(data, key))).toBe("server_500");
	});
});

describe("the reference client", () => {
	it("reads an empty file of one empty part", async () => {
		const owner = userOwner("None");
		const made = owner.newKey();
		const { id, session } = await register(owner, made);
		await upload(session, made.key, [new Uint8Array()]);
		const data = resultOf<FileData>(await device.request("GET", `/file/${id}`));
		expect(await download(data, owner.open(data.encrypted_key))).toEqual([new Uint8Array()]);
	});

	it("is told why an upload is refused", async () => {
		const made = userOwner("None").newKey();
		const { session } = await register(userOwner("None"), made);
		await upload(session, made.key, [randomChunk(10)]);
		const again = upload(session, made.key, [randomChunk(10)]);
		// A second upload of the session begins with sequence 1: at the reference's API it would destroy the file.
		expect(await statusOfFailure(again)).toBe("server_512");
		const nowhere = upload("00000000-0000-4000-8000-000000000000", made.key, [randomChunk(10)]);
		expect(await statusOfFailure(nowhere)).toBe("server_510");
	});
});
