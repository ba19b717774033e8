import { fileRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { expect, it } from "vitest";
import { requestOf, result } from "../support/api.js";
import { newUser } from "../support/client.js";
import { newFile, readFile, register } from "../support/file-parts.js";
import { limited } from "../support/limited.js";

const MOST = 100;

async function started(config = {}) {
	const { server } = await limited(config);
	const user = await newUser(server);
	const [file, open] = [await newFile(server, user), await register(server, user)];
	const [part] = (await result(readFile(server, file.file_id))).part_list;
	const params = { part_id: part?.part_id ?? "" };
	/** Its answer has begun, and nobody reads it. */
	const download = (address: string | undefined, token?: string) =>
		server.api.fetch(requestOf(server.app, fileRoutes.downloadFilePart, { params, ...(token && { token }) }), {
			address,
		});
	const downloads = (address: string | undefined, count: number) =>
		Promise.all(Array.from({ length: count }, () => download(address)));
	const upload = async (sequence: number, body: ReadableStream<Uint8Array>) => {
		const params = { session_id: open.session_id, seq: `${sequence}`, end: "false" };
		const { headers, method, url } = requestOf(server.app, fileRoutes.uploadFilePart, { params, jwt: user.jwt });
		const request = new Request(url, { headers, method, body, duplex: "half" } as RequestInit);
		return server.api.fetch(request, { address: "192.0.2.1" });
	};
	const statusesOf = (answers: Response[]) => new Set(answers.map(({ status }) => status));
	return { server, download, downloads, upload, statusesOf };
}

it("an address that keeps downloads open gets no more of them until it ends one; others do", async () => {
	const { server, download, downloads, statusesOf } = await started();
	const open = await downloads("192.0.2.1", MOST);
	expect(statusesOf(open)).toEqual(new Set([200]));
	const refused = await download("192.0.2.1");
	expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "1"]);
	expect((await refused.json()).err_code).toBe(SERVER_ERRORS.TOO_MANY_REQUESTS.code);
	for (const [address, token] of [["192.0.2.2"], [undefined, server.app.secretToken]] as const) {
		const other = await download(address, token);
		expect(other.status).toBe(200);
		await other.body?.cancel();
	}
	await open[0]?.body?.cancel();
	await open[1]?.arrayBuffer();
	const again = await downloads("192.0.2.1", 3);
	expect(again.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
	for (const { body } of [...open.slice(2), ...again]) await body?.cancel();
});

it("an address that never ends its uploads gets no more of them", async () => {
	const { upload } = await started();
	const ends = Array.from({ length: MOST }, () => new TransformStream<Uint8Array, Uint8Array>());
	const answers = ends.map(({ readable }, sequence) => upload(sequence, readable));
	const refused = await upload(MOST, new Blob(["part"]).stream());
	expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "1"]);
	await Promise.all(ends.map(({ writable }) => writable.close()));
	expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
	expect((await upload(MOST, new Blob(["part"]).stream())).status).toBe(200);
});

it("what is refused or missing is not under way", async () => {
	const { server, downloads, statusesOf } = await started();
	const params = { part_id: "00000000-0000-4000-8000-000000000000" };
	for (let count = 0; count <= MOST; count++) {
		const missing = requestOf(server.app, fileRoutes.downloadFilePart, { params });
		expect((await server.api.fetch(missing, { address: "192.0.2.1" })).status).toBe(400);
	}
	const open = await downloads("192.0.2.1", MOST);
	expect(statusesOf(open)).toEqual(new Set([200]));
	for (const { body } of open) await body?.cancel();
});

it("without limits all are let in", async () => {
	const { downloads, statusesOf } = await started({ rateLimits: false });
	const open = await downloads("192.0.2.1", MOST + 1);
	expect(statusesOf(open)).toEqual(new Set([200]));
	for (const { body } of open) await body?.cancel();
});
