import { createHash, createHmac } from "node:crypto";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { tier } from "@sentc-ts/test-world";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { folderStorage, type PartStorage, s3Storage } from "../../src/index.js";
import { temporaryFolder } from "../support/api.js";
import { bytes } from "../support/file-parts.js";

const ID = "018f0000-0000-7000-8000-0000000000ab";

const streamOf = (data: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> => new Blob([data]).stream();

async function contentOf(
	storage: PartStorage,
	id = ID,
): Promise<{ data: Buffer; length: number | undefined } | undefined> {
	const read = await storage.read(id);
	return read && { data: Buffer.from(await new Response(read.stream as BodyInit).arrayBuffer()), length: read.length };
}

const BUCKET = "parts";
const KEYS = { region: "us-east-1", accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/**
 * s3rver is a server of others (npm, MIT) that speaks S3. It looks at the id of a key but not at a signature of version 4, which is
 * checked below by hand. Neither proves what Amazon, Ceph or MinIO make of it all: virtual hosts, limits, what is eventually there.
 */
async function s3() {
	const { default: S3rver } = await import("s3rver");
	const server = new S3rver({
		port: 0,
		address: "127.0.0.1",
		silent: true,
		directory: temporaryFolder(),
		configureBuckets: [{ name: BUCKET, configs: [] }],
	});
	const { port } = await server.run();
	onTestFinished(() => server.close());
	const folder = temporaryFolder();
	const bucketUrl = `http://127.0.0.1:${port}/${BUCKET}/prefix`;
	return { folder, bucketUrl, storage: s3Storage({ bucketUrl, ...KEYS, folder }) };
}

/** s3rver takes a second to load: not in the quick tests. */
const withS3 = tier !== "quick";

const KINDS: Readonly<Record<string, () => Promise<{ storage: PartStorage; folder: string }>>> = {
	folder: async () => {
		const folder = join(temporaryFolder(), "not", "there", "yet");
		return { folder, storage: folderStorage(folder) };
	},
	...(withS3 && { "S3 bucket": s3 }),
};

const pathsIn = (folder: string): string[] =>
	existsSync(folder)
		? readdirSync(folder, { recursive: true, encoding: "utf8" })
				.map((name) => join(folder, name))
				.filter((path) => statSync(path).isFile())
		: [];

describe.each(Object.entries(KINDS))("a storage: %s", (_, open) => {
	it("gives back what it was given, whole, however it is sent", async () => {
		const { storage } = await open();
		for (const [index, size] of [0, 1, 70_000, 5_242_880].entries()) {
			const data = bytes(size);
			const id = ID.replace(/..$/, `0${index}`);
			await storage.write(id, streamOf(data));
			const read = await contentOf(storage, id);
			expect(read?.length).toBe(size);
			expect(Buffer.compare(read?.data ?? Buffer.alloc(0), data)).toBe(0);
		}
	});

	it("knows nothing of what is not there, and removes it", async () => {
		const { storage } = await open();
		expect(await storage.read(ID)).toBeUndefined();
		await storage.remove(ID);
		await storage.write(ID, streamOf(bytes(10)));
		await storage.remove(ID);
		await storage.remove(ID);
		expect(await storage.read(ID)).toBeUndefined();
	});

	it("fails as the stream fails, and shows nothing of it", async () => {
		const { storage, folder } = await open();
		let pulled = 0;
		const failing = new ReadableStream<Uint8Array>({
			pull(controller) {
				if (pulled++ === 3) controller.error(new Error("broken off"));
				else controller.enqueue(bytes(1000));
			},
		});
		await expect(storage.write(ID, failing)).rejects.toThrow("broken off");
		expect(await storage.read(ID)).toBeUndefined();
		await storage.remove(ID);
		expect(pathsIn(folder)).toEqual([]);
	});

	it("server-model §14.1(2): writes what has come while the rest is on its way, and shows a part only when it is whole", async () => {
		const { storage, folder } = await open();
		let finish = (): void => undefined;
		const slow = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(bytes(1000));
				finish = () => controller.close();
			},
		});
		const written = storage.write(ID, slow);
		const onDisk = () => pathsIn(folder).map((path) => statSync(path).size);
		await expect.poll(onDisk).toEqual([1000]);
		expect(await storage.read(ID)).toBeUndefined();
		finish();
		await written;
		expect((await contentOf(storage))?.length).toBe(1000);
	});

	it("refuses every name that is no id", async () => {
		const { storage } = await open();
		for (const name of ["../../outside", "..", "", "a/b", `${ID}/..`, `${ID}\0`]) {
			await expect(storage.write(name, streamOf(bytes(1)))).rejects.toThrow(TypeError);
			await expect(storage.read(name)).rejects.toThrow(TypeError);
			await expect(storage.remove(name)).rejects.toThrow(TypeError);
		}
	});
});

describe("a folder", () => {
	it("server-model §14.1(1): is read by its owner alone", async () => {
		const folder = join(temporaryFolder(), "parts");
		const storage = folderStorage(folder);
		await storage.write(ID, streamOf(bytes(1)));
		const file = join(folder, "ab", ID);
		expect([folder, join(folder, "ab"), file].map((path) => statSync(path).mode & 0o777)).toEqual([
			0o700, 0o700, 0o600,
		]);
	});

	it("never writes over a part", async () => {
		const folder = temporaryFolder();
		const storage = folderStorage(folder);
		await storage.write(ID, streamOf(bytes(1)));
		writeFileSync(join(folder, "ab", `${ID}.unfinished`), "of a process that was killed");
		await expect(storage.write(ID, streamOf(bytes(2)))).rejects.toMatchObject({ code: "EEXIST" });
		expect((await contentOf(storage))?.length).toBe(1);
	});
});

describe("a bucket", () => {
	if (withS3)
		it("leaves nothing in the folder where parts wait", async () => {
			const { folder, storage } = await s3();
			await storage.write(ID, streamOf(bytes(100)));
			expect(pathsIn(folder)).toEqual([]);
		});

	if (withS3)
		it("is refused with an unknown key, by its status alone", async () => {
			const { bucketUrl, folder } = await s3();
			const storage = s3Storage({ bucketUrl, ...KEYS, accessKeyId: "unknown", folder });
			for (const work of [
				() => storage.write(ID, streamOf(bytes(1))),
				() => storage.read(ID),
				() => storage.remove(ID),
			]) {
				await expect(work()).rejects.toThrow(/^The bucket answered with status 403$/);
			}
		});

	it("gets requests that are signed over method, path, host and the hash of the part", async () => {
		const received: { request: SignedRequest; sha256: string; length: string | undefined }[] = [];
		const http = createServer((request, response) => {
			const hash = createHash("sha256");
			request.on("data", (chunk) => hash.update(chunk));
			request.on("end", () => {
				const { headers, method = "", url = "" } = request;
				received.push({
					request: { method, path: url, headers },
					sha256: hash.digest("hex"),
					length: headers["content-length"],
				});
				response.writeHead(200).end();
			});
		});
		await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
		onTestFinished(() => void http.close());
		const bucketUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/${BUCKET}`;
		const storage = s3Storage({ bucketUrl, ...KEYS, folder: temporaryFolder() });
		await storage.write(ID, streamOf(bytes(70_000)));
		await storage.remove(ID);
		expect(received.map(({ request }) => `${request.method} ${request.path}`)).toEqual([
			`PUT /${BUCKET}/${ID}`,
			`DELETE /${BUCKET}/${ID}`,
		]);
		for (const { request } of received) {
			const { signature, signed } = signatureOf(request);
			expect(signature).toBe(expectedSignature(request, KEYS.secretAccessKey));
			expect(signed).toEqual(expect.arrayContaining(["host", "x-amz-content-sha256", "x-amz-date"]));
		}
		expect(received[0]).toMatchObject({ length: "70000" });
		expect(received[0]?.request.headers["x-amz-content-sha256"]).toBe(received[0]?.sha256);
	});

	it("is signed for as in Amazon's example of a GET of an object", () => {
		const credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
		const example = {
			method: "GET",
			path: "/test.txt",
			headers: {
				host: "examplebucket.s3.amazonaws.com",
				range: "bytes=0-9",
				"x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
				"x-amz-date": "20130524T000000Z",
				authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
			},
		};
		const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
		expect(expectedSignature(example, secret)).toBe(signatureOf(example).signature);
	});

	it("is never left for another server", async () => {
		const http = createServer((_, response) => response.writeHead(307, { Location: "http://127.0.0.1:1/" }).end());
		await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
		onTestFinished(() => void http.close());
		const bucketUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/${BUCKET}`;
		const storage = s3Storage({ bucketUrl, ...KEYS, folder: temporaryFolder() });
		await expect(storage.read(ID)).rejects.toThrow("fetch failed");
	});

	it("has a deadline for its answer, and none for who reads a part slowly", async () => {
		const deadline = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
			const ending = new AbortController();
			setTimeout(() => ending.abort(), 50);
			return ending.signal;
		});
		onTestFinished(() => deadline.mockRestore());
		const http = createServer(({ url }, response) => {
			if (url?.endsWith(ID) !== true) return;
			response.writeHead(200).write("slow");
			setTimeout(() => response.end("part"), 150);
		});
		await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
		onTestFinished(() => {
			http.close();
			http.closeAllConnections();
		});
		const bucketUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
		const storage = s3Storage({ bucketUrl, ...KEYS, folder: temporaryFolder() });
		expect(await contentOf(storage)).toEqual({ data: Buffer.from("slowpart"), length: undefined });
		await expect(storage.read(ID.replace("a", "b"))).rejects.toThrow();
	});
});

interface SignedRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
}

/** What the header says (Amazon S3, "Authenticating Requests: Using the Authorization Header"). */
function signatureOf({ headers }: SignedRequest): { scope: string; signed: string[]; signature: string } {
	const [, scope = "", names = "", signature = ""] =
		/Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)/.exec(headers.authorization ?? "") ?? [];
	return { scope, signed: names.split(";"), signature };
}

/** What the signature has to be, by the same text. */
function expectedSignature(request: SignedRequest, secret: string): string {
	const { scope, signed } = signatureOf(request);
	const { headers, method, path } = request;
	const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
	const canonical = [method, path, "", lines, signed.join(";"), headers["x-amz-content-sha256"]].join("\n");
	const hashed = createHash("sha256").update(canonical).digest("hex");
	const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashed].join("\n");
	const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
	const key = scope.split("/").reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secret}`);
	return hmac(key, text).toString("hex");
}
