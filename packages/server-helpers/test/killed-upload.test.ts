import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ServedApi, sample, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createBackend, createFileParts, nodeHandler } from "../src/index.js";
import { MemoryStore } from "./memory-store.js";

const SCRIPT = fileURLToPath(new URL("uploading.mjs", import.meta.url));
const CHUNK = 64 * 1024;
/** Of six parts. */
const FILE = randomBytes(5 * CHUNK + 1000);
const TOKEN = "what-proves-that-the-API-calls";

let api: ServedApi;
let url: string;
/** Paths of the parts that came to the own backend. */
const sent: string[] = [];
const http = createServer();
beforeAll(async () => {
	api = await startApi();
	const { secretToken: secret_token, jwtVerifyKey: verify_key } = api.app;
	const backend = createBackend({ base_url: api.base_url, secret_token });
	const parts = createFileParts({
		...{ backend, verify_key, store: new MemoryStore(), token: TOKEN },
		allowed_origins: ["https://app.example.com"],
		on_error: () => undefined,
	});
	const listener = nodeHandler((request) => {
		if (request.method === "GET") return parts.download(request);
		sent.push(new URL(request.url).pathname);
		return parts.upload(request);
	});
	http.on("request", (req, res) => void listener(req, res));
	await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(async () => {
	http.close();
	await api.close();
});

/** What the process says, line by line. */
function start(input: object): { child: ChildProcess; next(): Promise<Record<string, unknown>> } {
	const child = spawn(process.execPath, [SCRIPT, JSON.stringify(input)], { stdio: ["ignore", "pipe", "pipe"] });
	onTestFinished(() => void child.kill("SIGKILL"));
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	let errors = "";
	child.stderr.on("data", (data) => {
		errors += data;
	});
	const next = async () => {
		const { done, value } = await lines.next();
		if (done) throw new Error(`The process ended: ${errors}`);
		return JSON.parse(value);
	};
	return { child, next };
}

/** Each one starts two processes. */
const places = [
	{ at: "an own backend", part: 3, where: "inside it" },
	{ at: "an own backend", part: 3, where: "after it" },
	{ at: "the API", part: 3, where: "inside it" },
	{ at: "the API", part: 6, where: "after it" },
];

it.each(sample(places))(
	"an upload to $at is killed at part $part, $where, and another process goes on",
	async (place) => {
		const folder = mkdtempSync(join(tmpdir(), "sentc-killed-"));
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		const file = join(folder, "film.mp4");
		writeFileSync(file, FILE);
		const isOwn = place.at === "an own backend";
		await api.setFiles(isOwn ? { storage: "external", url: `${url}/deleted`, token: TOKEN } : { storage: "own" });
		const { base_url, app_token } = api;
		const input = {
			connection: { base_url, app_token, ...(isOwn && { file_part_url: url }) },
			...{ storage: join(folder, "storage"), file, chunk_size: CHUNK },
		};
		const inside = place.where === "inside it";
		const first = start({ ...input, stop: { part: place.part, inside } });
		const { group_id } = await first.next();
		expect(await first.next()).toEqual({ stopped: true });
		first.child.kill("SIGKILL");
		await once(first.child, "close");

		const before = partsSent().length;
		const second = start({ ...input, group_id });
		expect(await second.next()).toEqual({
			...{ same: true, name: "film.mp4", parts: [1, 2, 3, 4, 5, 6], unfinished: [] },
			hash: createHash("sha256").update(FILE).digest("hex"),
		});
		await once(second.child, "close");
		const again = partsSent().slice(before);
		if (inside) expect(again).toContain(place.part);
		else expect(again).not.toContain(place.part);
	},
);

/** Sequences, at whatever storage. */
function partsSent(): number[] {
	const paths = [...sent, ...api.requests.filter((request) => request.startsWith("POST /api/v1/file/part/"))];
	return paths.map((path) => Number(path.split("/").at(-2)));
}
