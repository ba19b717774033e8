import { fileRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import type { AppOptions } from "../../src/index.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import { bytes, fileOf, newFile, register, remove, upload } from "../support/file-parts.js";

const MIB = 1024 * 1024;
const ENTRY = 4096;
/** Key and name count, too. */
const TEXTS = fileOf().encrypted_key.length + String(fileOf().encrypted_file_name).length;
/** As much as a MiB has room for, in a file of one part. */
const FULL = MIB - 2 * ENTRY - TEXTS;

const refused = SERVER_ERRORS.FILE_QUOTA_EXCEEDED;

async function limitedTo(options: Partial<AppOptions>) {
	const server = await startApi();
	await server.api.apps.update(server.app.appId, { options });
	return { server, user: await newUser(server), other: await newUser(server) };
}

describe("somebody who uploads without end", () => {
	it.each(["max_file_mib", "max_user_files_mib", "max_app_files_mib"])("comes to the end of %s", async (limit) => {
		const { server, user } = await limitedTo({ [limit]: 1 });
		const file = await register(server, user);
		await expectRefusal(upload(server, user, file, [1, false], bytes(FULL + 1)), refused);
		await result(upload(server, user, file, [1, false], bytes(FULL)));
		await expectRefusal(upload(server, user, file, [2, true], bytes(0)), refused);
		await server.api.runJobs();
		expect(rows(server, "partRemovals")).toEqual([]);
	});

	it("has room again after a deletion", async () => {
		const { server, user } = await limitedTo({ max_user_files_mib: 1 });
		for (let round = 0; round < 3; round++) {
			const { file_id } = await newFile(server, user, [bytes(FULL)]);
			const body = fileOf();
			await expectRefusal(call(server, fileRoutes.registerFile, { jwt: user.jwt, body }), refused);
			await result(remove(server, user, file_id));
		}
	});

	it("leaves room to others, and takes the files of others for none of theirs", async () => {
		const { server, user, other } = await limitedTo({ max_user_files_mib: 1, max_app_files_mib: 2 });
		await newFile(server, user, [bytes(FULL)]);
		await newFile(server, other, [bytes(FULL)]);
		const third = await newUser(server);
		const body = fileOf();
		await expectRefusal(call(server, fileRoutes.registerFile, { jwt: third.jwt, body }), refused);
	});

	it("comes to an end with empty files and parts, too", async () => {
		const { server, user } = await limitedTo({ max_app_files_mib: 0 });
		const body = fileOf();
		await expectRefusal(call(server, fileRoutes.registerFile, { jwt: user.jwt, body }), refused);
	});

	it("comes to an end with long names and keys, too, and has room again with shorter ones", async () => {
		const { server, user } = await limitedTo({ max_user_files_mib: 1 });
		const long = { encrypted_file_name: "n".repeat(16_000), encrypted_key: "k".repeat(4000) };
		const { file_id } = await register(server, user, long);
		const rename = (encrypted_file_name: string | null) =>
			call(server, fileRoutes.renameFile, { jwt: user.jwt, params: { file_id }, body: { encrypted_file_name } });
		await result(rename(null));
		const room = MIB - 3 * ENTRY - 4000 - TEXTS;
		await newFile(server, user, [bytes(room - 100)]);
		await expectRefusal(rename("n".repeat(101)), refused);
		await result(rename("n".repeat(100)));
		await result(remove(server, user, file_id));
		expect(rows(server, "fileUsage").map(({ bytes }) => bytes)).toEqual(Array(2).fill(room - 100 + 2 * ENTRY + TEXTS));
	});

	it("gets no more by sending the last part many times at once", async () => {
		const { server, user } = await limitedTo({ max_file_mib: 1 });
		const file = await register(server, user);
		const parts = Array.from({ length: 4 }, (_, index) => upload(server, user, file, [index, false], bytes(FULL)));
		const answers = await Promise.all(parts);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	});

	it("gets no more by keeping uploads open that never end", async () => {
		const { server, user, other } = await limitedTo({ max_user_files_mib: 1 });
		const file = await register(server, user);
		const ends: (() => void)[] = [];
		const begun = (): ReadableStream<Uint8Array> =>
			new ReadableStream({
				start: (controller) => {
					controller.enqueue(bytes(MIB / 4));
					ends.push(() => controller.error(new Error("gone")));
				},
			});
		const open = [1, 2, 3, 4, 5].map((sequence) => upload(server, user, file, [sequence, false], begun()));
		await expectRefusal(Promise.race(open), refused);
		await newFile(server, other, [bytes(FULL)]);
		for (const end of ends) end();
		await Promise.all(open);
		await newFile(server, user, [bytes(FULL - ENTRY - TEXTS)]);
	});
});
