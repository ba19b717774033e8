import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { watchStream } from "@sentc-ts/transport";
import { AwsClient } from "aws4fetch";
import { writeFile } from "./folder.js";
import { idOf, type PartStorage } from "./storage.js";

/** A bucket that speaks the protocol of Amazon S3. */
export interface S3Options {
	/** URL of the bucket, for example `https://s3.eu-central-1.amazonaws.com/my-bucket`; a prefix for its objects may follow. */
	readonly bucketUrl: string;
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	/**
	 * Folder of this machine where a part waits until all of it is there: S3 has to know length and hash before the first byte.
	 */
	readonly folder: string;
}

/** How long a request may take until it is answered, ms: a part has 5 MiB at most. Who reads a part may take longer. */
const TIMEOUT = 60_000;

/** Keeps parts in a bucket, each as an object that is called by its id. */
export function s3Storage({ bucketUrl, folder, ...credentials }: S3Options): PartStorage {
	const client = new AwsClient({ ...credentials, service: "s3", retries: 0 });
	const base = bucketUrl.replace(/\/+$/, "");
	const spoolOf = (partId: string): string => join(folder, `${idOf(partId)}.unfinished`);
	const send = async (partId: string, method: string, init: RequestInit = {}): Promise<Response> => {
		const { url, headers } = await client.sign(`${base}/${idOf(partId)}`, { method, headers: init.headers ?? {} });
		return untilAnswered((signal) => fetch(url, { ...init, method, headers, signal, redirect: "error" }));
	};
	return {
		write: async (partId, bytes) =>
			spooled(spoolOf(partId), bytes, async ({ file, length, sha256 }) => {
				const headers = { "Content-Length": `${length}`, "X-Amz-Content-Sha256": sha256 };
				const body = Readable.toWeb(createReadStream(file));
				// `duplex` is missing in the types; Node wants it for streams.
				const init = { headers, body, duplex: "half" } as unknown as RequestInit;
				await requireDone(await send(partId, "PUT", init), [200]);
			}),
		async read(partId) {
			const response = await send(partId, "GET");
			await requireDone(response, [200, 404], "keep");
			if (response.status === 200 && response.body !== null) {
				const length = response.headers.get("Content-Length");
				return { stream: response.body, length: length === null ? undefined : Number(length) };
			}
			await response.body?.cancel();
			return undefined;
		},
		async remove(partId) {
			await rm(spoolOf(partId), { force: true });
			await requireDone(await send(partId, "DELETE"), [200, 204, 404]);
		},
	};
}

/** @param ask is given a signal that ends it when no answer comes */
async function untilAnswered(ask: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
	const deadline = AbortSignal.timeout(TIMEOUT);
	const ending = new AbortController();
	const end = (): void => ending.abort(deadline.reason);
	deadline.addEventListener("abort", end);
	try {
		return await ask(ending.signal);
	} finally {
		deadline.removeEventListener("abort", end);
	}
}

interface Spooled {
	readonly file: string;
	readonly length: number;
	/** Hexadecimal, as S3 takes it. */
	readonly sha256: string;
}

/** Writes what comes to a file of this machine for as long as the work takes. */
async function spooled(
	file: string,
	bytes: ReadableStream<Uint8Array>,
	work: (spooled: Spooled) => Promise<void>,
): Promise<void> {
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	const hash = createHash("sha256");
	try {
		await writeFile(file, watchStream(bytes, { each: (chunk) => void hash.update(chunk) }));
		await work({ file, length: (await stat(file)).size, sha256: hash.digest("hex") });
	} finally {
		await rm(file, { force: true });
	}
}

/** @throws Error with the status alone: what the bucket says may name keys */
async function requireDone(response: Response, expected: readonly number[], body?: "keep"): Promise<void> {
	const done = expected.includes(response.status);
	if (!done || body !== "keep") await response.body?.cancel();
	if (!done) throw new Error(`The bucket answered with status ${response.status}`);
}
