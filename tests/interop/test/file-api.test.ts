import { tier } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newest, type ReferenceDevice, resultOf } from "./reference-device.js";
import {
	downloadChunks,
	groupOwner,
	nobody,
	randomChunk,
	readFile,
	registerFile,
	uploadChunks,
	userOwner,
} from "./reference-files.js";
import { createReferenceGroup, type ReferenceGroup } from "./reference-group.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
const { reference } = world;
const CHUNK = tier === "quick" ? 100_000 : 4 * 1024 * 1024;
const NAME = "Übersicht 🌍.pdf";

let device: ReferenceDevice;
let group: ReferenceGroup;
beforeAll(async () => {
	device = await world.signUpReference();
	group = await createReferenceGroup(device);
});
afterAll(() => world.close());

describe.each([
	["nobody", () => nobody(device)],
	["a user", () => userOwner(device)],
	["a group", () => groupOwner(group)],
] as const)("a file of %s, by the reference client at our API", (_, ownerOf) => {
	it("is registered, uploaded, read, renamed and deleted", async () => {
		const owner = ownerOf();
		const made = owner.newKey();
		const { id, session } = await registerFile(device, owner, made, NAME);
		const chunks = [randomChunk(CHUNK), randomChunk(1000)];
		const { sign_key, exported_verify_key } = newest(device.keys);
		await uploadChunks(device, session, made.key, chunks, sign_key);

		const data = await readFile(device, owner, id);
		expect(data.belongs_to_type).toBe(owner.belongsTo[0]);
		expect(data.part_list.map(({ sequence }) => sequence)).toEqual([1, 2]);
		const key = owner.open(data.encrypted_key);
		expect(reference.decrypt_string_symmetric(key, data.encrypted_file_name)).toBe(NAME);
		const received = await downloadChunks(device, data, key, exported_verify_key);
		expect(received.map((chunk, index) => Buffer.compare(chunk, chunks[index] ?? new Uint8Array()))).toEqual([0, 0]);

		const body = reference.file_prepare_file_name_update(key, "other");
		resultOf(await device.request("PUT", `/file/${id}`, { body }));
		const renamed = await readFile(device, owner, id);
		expect(reference.decrypt_string_symmetric(key, renamed.encrypted_file_name)).toBe("other");

		resultOf(await device.request("DELETE", `${owner.path}/${id}`));
		expect(await statusOfFailure(downloadChunks(device, data, key))).toBe("server_500");
	});
});

describe("the reference client", () => {
	it("reads an empty file of one empty part", async () => {
		const owner = nobody(device);
		const made = owner.newKey();
		const { id, session } = await registerFile(device, owner, made, NAME);
		await uploadChunks(device, session, made.key, [new Uint8Array()]);
		const data = await readFile(device, owner, id);
		expect(await downloadChunks(device, data, owner.open(data.encrypted_key))).toEqual([new Uint8Array()]);
	});

	it("is told why an upload is refused", async () => {
		const owner = nobody(device);
		const made = owner.newKey();
		const { session } = await registerFile(device, owner, made, NAME);
		await uploadChunks(device, session, made.key, [randomChunk(10)]);
		const again = uploadChunks(device, session, made.key, [randomChunk(10)]);
		// A second upload of the session begins with sequence 1: at the reference's API it would destroy the file.
		expect(await statusOfFailure(again)).toBe("server_512");
		const nowhere = uploadChunks(device, "00000000-0000-4000-8000-000000000000", made.key, [randomChunk(10)]);
		expect(await statusOfFailure(nowhere)).toBe("server_510");
	});
});
