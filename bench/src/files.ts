import type { Group } from "@sentc-ts/sdk";
import type { Row } from "./measure.js";
import { ownMemory, watchMemory } from "./memory.js";
import { serveApi } from "./served-api.js";

const MIB = 1024 * 1024;
const PIECE = new Uint8Array(MIB).fill(7);

/** One file through the SDK, HTTP, the API and its storage: both sides are in this process. @param size MiB */
export async function* fileRows(size: number): AsyncGenerator<Row> {
	const served = await serveApi();
	try {
		const group = await served.owner.getGroup(await served.owner.createGroup());
		let file_id = "";
		const row = (name: string, ours: () => Promise<void>): Row => {
			return {
				name: `${name} ${size} MiB`,
				calls: 1,
				samples: 1,
				ours: () => watchMemory(`${name} ${size} MiB`, ownMemory, ours),
			};
		};
		yield row("upload", async () => {
			file_id = await upload(group, size);
		});
		yield row("download", () => download(group, file_id));
	} finally {
		await served.close();
	}
}

async function upload(group: Group, size: number): Promise<string> {
	async function* pieces(): AsyncGenerator<Uint8Array> {
		for (let piece = 0; piece < size; piece++) yield PIECE;
	}
	return (await group.createFile(pieces(), { size: size * MIB })).file_id;
}

async function download(group: Group, file_id: string): Promise<void> {
	const { stream } = await group.downloadStream(file_id);
	const reader = stream.getReader();
	while (!(await reader.read()).done);
}
