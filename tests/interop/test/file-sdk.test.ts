import type { Group, User } from "@sentc-ts/sdk";
import { tier } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newest, type ReferenceDevice } from "./reference-device.js";
import {
	downloadChunks,
	type FileOwner,
	groupOwner,
	nobody,
	randomChunk,
	readFile,
	registerFile,
	uploadChunks,
	userOwner,
} from "./reference-files.js";
import { openReferenceGroup } from "./reference-group.js";
import { createWorld, statusOfFailure } from "./world.js";

// Files that one client uploads through our API and the other one downloads. `ours` and `theirs` are different users.

const world = await createWorld();
const { reference } = world;
const CHUNK = tier === "quick" ? 100_000 : 4 * 1024 * 1024;
const FILE = Buffer.concat([randomChunk(CHUNK), randomChunk(CHUNK), randomChunk(1000)]);
const NAME = "Übersicht 🌍.pdf";
afterAll(() => world.close());

interface Side {
	readonly id: string;
	/** Exported, as the other client takes it. */
	readonly verifyKey: string;
}

let ours: Side & { readonly user: User; readonly group: Group };
let theirs: Side & { readonly device: ReferenceDevice; inGroup(): Promise<FileOwner> };

beforeAll(async () => {
	const { user } = await world.signUp();
	const device = await world.signUpReference();
	const group = await user.getGroup(await user.createGroup());
	await group.inviteAuto(device.id);
	const { user_id: id } = user.user_data;
	ours = { id, user, group, verifyKey: await verifyKeyOf(id, device) };
	const inGroup = async () => groupOwner(await openReferenceGroup(device, group.data.group_id));
	theirs = { id: device.id, device, verifyKey: newest(device.keys).exported_verify_key, inGroup };
});

/** As the reference client fetches it. */
async function verifyKeyOf(userId: string, device: ReferenceDevice): Promise<string> {
	const publicKey = JSON.parse(await device.request("GET", `/user/${userId}/public_key`));
	const path = `/user/${userId}/verify_key/${publicKey.result.public_key_id}`;
	return reference.user_extract_verify_key_data(await device.request("GET", path));
}

const signing = [
	["signed", true],
	["unsigned", false],
] as const;

describe.each(signing)("a %s file of our SDK is read by the reference client", (_, sign) => {
	/** Checks signatures of a signed one. */
	async function expectReadable(owner: FileOwner, file_id: string): Promise<void> {
		const { device } = theirs;
		const data = await readFile(device, owner, file_id);
		expect(data.belongs_to_type).toBe(owner.belongsTo[0]);
		const key = owner.open(data.encrypted_key);
		expect(reference.decrypt_string_symmetric(key, data.encrypted_file_name)).toBe(NAME);
		const chunks = await downloadChunks(device, data, key, sign ? ours.verifyKey : undefined);
		expect(chunks.map(({ length }) => length)).toEqual([CHUNK, CHUNK, 1000]);
		expect(Buffer.compare(Buffer.concat(chunks), FILE)).toBe(0);
		const byOther = await statusOfFailure(downloadChunks(device, data, key, theirs.verifyKey));
		expect(byOther).toBe(sign ? "client_20" : "none");
	}

	const options = { sign, chunk_size: CHUNK, name: NAME };

	it("in a group", async () => {
		const { file_id } = await ours.group.createFile(FILE, options);
		await expectReadable(await theirs.inGroup(), file_id);
		await ours.group.deleteFile(file_id);
	});

	it("that is for its user", async () => {
		const { file_id } = await ours.user.createFile(FILE, { ...options, reply_id: theirs.id });
		await expectReadable(userOwner(theirs.device), file_id);
	});
});

describe.each(signing)("a %s file of the reference client is read by our SDK", (_, sign) => {
	async function create(owner: FileOwner, chunks: readonly Uint8Array[]): Promise<string> {
		const { device } = theirs;
		const made = owner.newKey();
		const { id, session } = await registerFile(device, owner, made, NAME);
		await uploadChunks(device, session, made.key, chunks, sign ? newest(device.keys).sign_key : undefined);
		return id;
	}

	const chunks = [FILE.subarray(0, CHUNK), FILE.subarray(CHUNK, 2 * CHUNK), FILE.subarray(2 * CHUNK)];

	async function expectReadable(of: User | Group, file_id: string): Promise<void> {
		const options = { ...(sign && { verify_key: theirs.verifyKey }), size: FILE.length };
		const { stream, meta } = await of.downloadStream(file_id, options);
		expect(meta.file_name).toBe(NAME);
		expect(Buffer.compare(Buffer.from(await new Response(stream).arrayBuffer()), FILE)).toBe(0);
		const byOther = await statusOfFailure(of.downloadFile(file_id, { verify_key: ours.verifyKey }));
		expect(byOther).toBe(sign ? "client_20" : "client_signature_required");
	}

	it("in a group", async () => {
		await expectReadable(ours.group, await create(await theirs.inGroup(), chunks));
	});

	it("that is for its user", async () => {
		const answer = await theirs.device.request("GET", `/user/${ours.id}/public_key`);
		const publicKey = reference.user_extract_public_key_data(answer).get_public_key();
		await expectReadable(ours.user, await create(userOwner(theirs.device, { id: ours.id, publicKey }), chunks));
	});
});

it("one user has a file on both clients, and whoever renames it, the other one sees it", async () => {
	const { user } = ours;
	const device = await world.addReference(user);
	const owner = nobody(device);
	const { file_id } = await user.createFile(FILE, { chunk_size: CHUNK, name: "first" });
	const data = await readFile(device, owner, file_id);
	const key = owner.open(data.encrypted_key);
	expect(Buffer.compare(Buffer.concat(await downloadChunks(device, data, key)), FILE)).toBe(0);

	const body = reference.file_prepare_file_name_update(key, "second");
	await device.request("PUT", `/file/${file_id}`, { body });
	const [meta, symKey] = await user.downloadFileMetaInfo(file_id);
	expect(meta.file_name).toBe("second");
	await user.updateFileName(file_id, symKey, "third");
	const { encrypted_file_name } = await readFile(device, owner, file_id);
	expect(reference.decrypt_string_symmetric(key, encrypted_file_name)).toBe("third");
});
