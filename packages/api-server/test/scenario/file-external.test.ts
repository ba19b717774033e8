import { APP_TOKEN_HEADER, fileRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { bytes, download, listParts, newFile, readFile, register, type Upload, upload } from "../support/file-parts.js";

const DAY = 24 * 60 * 60 * 1000;

/** An app whose own backend keeps the parts, and how that one calls. */
async function started() {
	const server = await startApi();
	const user = await newUser(server);
	const own = await newFile(server, user);
	const file = await register(server, user);
	await server.api.apps.update(server.app.appId, { files: { storage: "external", url: "http://127.0.0.1:1" } });
	const token = server.app.secretToken;
	const registerPart = (
		{ session_id }: Pick<Upload, "session_id">,
		seq: number | string,
		end: boolean | string,
		{ userId }: Pick<Session, "userId"> = user,
	) =>
		call(server, fileRoutes.registerFilePart, {
			token,
			params: { session_id, seq: `${seq}`, end: `${end}`, user_id: userId },
		});
	const drop = (part_id: string) => call(server, fileRoutes.deleteFilePart, { token, params: { part_id } });
	return { server, user, own, file, registerPart, drop };
}

describe("files §8.2 parts at an own backend", () => {
	it("files §8.2.1(1), §7.4.2(3): are registered by the secret token alone, for the owner of the session", async () => {
		const { server, user, file, registerPart } = await started();
		const params = { session_id: file.session_id, seq: "1", end: "true", user_id: user.userId };
		const byPublic = call(server, fileRoutes.registerFilePart, { params });
		await expectRefusal(byPublic, SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		const other = await newUser(server);
		await expectRefusal(registerPart(file, 1, true, other), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
		const { part_id } = await result(registerPart(file, 1, true));
		expect(await result(listParts(server, file.file_id, 0))).toEqual([{ part_id, sequence: 1, extern_storage: true }]);
		expect(await download(server, part_id)).toMatchObject({ code: 500, http: 400 });
	});

	it("files §8.2.1(4): by a path that names the user; without, as older integrations do it, it is unknown", async () => {
		const { server, user, file } = await started();
		const request = new Request(`http://api.test/api/v1/file/part/${file.session_id}/1/true`, {
			method: "PATCH",
			headers: { [APP_TOKEN_HEADER]: server.app.secretToken, Authorization: `Bearer ${user.jwt}` },
		});
		const answer = await server.api.fetch(request);
		expect([answer.status, (await answer.json()).err_code]).toEqual([404, 404]);
	});

	it("files §5.3, §8.2.1(2): are checked in their order: 203, 520, 12, 510, 511", async () => {
		const { server, file, registerPart } = await started();
		await server.api.apps.update(server.app.appId, { files: { storage: "own" } });
		await expectRefusal(registerPart({ session_id: "x" }, "x", "x"), SERVER_ERRORS.FILE_UPLOAD_REFUSED);
		await server.api.apps.update(server.app.appId, { files: { storage: "external" } });
		await expectRefusal(registerPart({ session_id: "x" }, "x", true), SERVER_ERRORS.INVALID_FILE_PATH);
		await expectRefusal(registerPart({ session_id: "x" }, 1, true), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
		server.clock.advance(DAY + 1);
		await expectRefusal(registerPart(file, 1, true), SERVER_ERRORS.FILE_SESSION_EXPIRED);
	});

	it("have the same id when they are registered again, also after the last one; others are 510 then", async () => {
		const { server, file, registerPart } = await started();
		const first = await result(registerPart(file, 1, false));
		expect(await result(registerPart(file, 1, false))).toEqual(first);
		const last = await result(registerPart(file, 2, true));
		expect(await result(registerPart(file, 2, true))).toEqual(last);
		await expectRefusal(registerPart(file, 3, true), SERVER_ERRORS.FILE_SESSION_NOT_FOUND);
		expect(await result(listParts(server, file.file_id, 0))).toHaveLength(2);
	});

	it("files §8.2.2(1): that could not be stored are dropped, and the upload goes on, also with the last one", async () => {
		const { server, file, registerPart, drop } = await started();
		const { part_id } = await result(registerPart(file, 1, true));
		for (let i = 0; i < 2; i++) await result(drop(part_id));
		expect(await result(listParts(server, file.file_id, 0))).toEqual([]);
		await result(registerPart(file, 1, true));
		await result(readFile(server, file.file_id));
	});

	it("files §8.2.2(2): of the API's own storage and of other apps are never dropped", async () => {
		const { server, own, file, registerPart, drop } = await started();
		const [kept] = await result(listParts(server, own.file_id, 0));
		await result(drop(kept?.part_id ?? ""));
		expect(await result(listParts(server, own.file_id, 0))).toEqual([kept]);
		const { part_id } = await result(registerPart(file, 1, true));
		const files = { storage: "external", url: "http://127.0.0.1:1" } as const;
		const { secretToken: token } = await server.api.apps.create({ files });
		await result(call(server, fileRoutes.deleteFilePart, { token, params: { part_id } }));
		expect(await result(listParts(server, file.file_id, 0))).toHaveLength(1);
	});

	it("leave the files that were here before where they are, which are read but not written", async () => {
		const { server, user, own } = await started();
		const [part] = await result(listParts(server, own.file_id, 0));
		expect(await download(server, part?.part_id ?? "")).toHaveLength(100);
		const file = await register(server, user);
		await expectRefusal(upload(server, user, file, [1, true], bytes(1)), SERVER_ERRORS.FILE_UPLOAD_REFUSED);
	});
});
