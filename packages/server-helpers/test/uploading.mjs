// A process that uploads a file, or goes on with an upload that another one began; then it downloads the file. It says where it is.
import { createHash } from "node:crypto";
import { mkdirSync, openAsBlob, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { createSentc } from "@sentc-ts/sdk";

const { connection, storage, file: path, chunk_size, group_id, stop } = JSON.parse(process.argv[2]);

/** A storage of the SDK that outlives its process: each item is a file, which is there as a whole or not at all. */
class StoredItems {
	constructor() {
		mkdirSync(storage, { recursive: true });
	}
	async init() {
		return { status: true };
	}
	async getItem(key) {
		return (await this.keys()).includes(key) ? deserialize(readFileSync(this.#pathOf(key))) : undefined;
	}
	async set(key, item) {
		writeFileSync(`${this.#pathOf(key)}.new`, serialize(item));
		renameSync(`${this.#pathOf(key)}.new`, this.#pathOf(key));
	}
	async delete(key) {
		rmSync(this.#pathOf(key), { force: true });
	}
	async keys() {
		const names = readdirSync(storage).filter((name) => !name.endsWith(".new"));
		return names.map((name) => Buffer.from(name, "base64url").toString());
	}
	#pathOf(key) {
		return join(storage, Buffer.from(key).toString("base64url"));
	}
}

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const forEver = () => new Promise(() => setInterval(() => undefined, 1000));

/** The first half of a body, and then nothing. */
function half(bytes) {
	return new ReadableStream({
		start(controller) {
			controller.enqueue(bytes.subarray(0, bytes.length / 2));
			setTimeout(say, 100, { stopped: true });
		},
		pull: forEver,
	});
}

const at = stop && new RegExp(`/${stop.part}/(true|false)$`);
async function fetchUntilStop(input, init) {
	const request = new Request(input, init);
	if (!at?.test(request.url)) return fetch(request);
	const { headers, url } = request;
	const bytes = new Uint8Array(await request.arrayBuffer());
	const body = stop.inside ? half(bytes) : bytes;
	await (await fetch(url, { method: "POST", headers, body, duplex: "half" })).text();
	say({ stopped: true });
	return forEver();
}

const items = new StoredItems();
const sentc = createSentc({
	...connection,
	worker: false,
	fetch: fetchUntilStop,
	storage: { getStorage: async () => items },
});
await sentc.init();
const file = await openAsBlob(path);
if (group_id === undefined) {
	const name = `user ${process.pid}`;
	await sentc.register(name, "a password");
	const user = await sentc.login(name, "a password", true);
	const id = await user.createGroup();
	say({ group_id: id });
	await (await user.getGroup(id)).createFile(file, { chunk_size, sign: true, name: "film.mp4" });
} else {
	const group = await (await sentc.getActualUser()).getGroup(group_id);
	const [upload] = await group.getUnfinishedUploads();
	const { file_id } = await group.resumeUpload(upload.file_id, file);
	const { stream, meta } = await group.downloadStream(file_id);
	const hash = createHash("sha256");
	for await (const bytes of stream) hash.update(bytes);
	const parts = meta.part_list.map(({ sequence }) => sequence);
	const unfinished = await group.getUnfinishedUploads();
	say({ same: file_id === upload.file_id, hash: hash.digest("hex"), name: meta.file_name, parts, unfinished });
}
process.exit();
