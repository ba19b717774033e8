import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runs, seed } from "@sentc-ts/test-world";
import { expect, it } from "vitest";
import { result, temporaryFolder } from "../support/api.js";
import { outcome, printedApp, ready, remote, start } from "../support/cli.js";
import { newUser } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { bytes, content, download, listParts, register, remove, upload } from "../support/file-parts.js";
import { expectSoundDatabase } from "../support/invariants.js";

const ROUNDS = runs(4);
const MIB = 1024 * 1024;
/** When the process is killed, ms: the uploads of a round take as long. */
const delayOf = (round: number): number => (seed * 7919 + round * 37) % 150;
const MAY_FAIL = /fetch failed|terminated|other side closed/;

/** Names of what is in the storage, half-written parts included. */
const stored = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ name }) => name.replace(".unfinished", ""));

it(
	"files §7.2(4): a server that is killed during registrations, uploads and deletions lists no part without its bytes, and loses none to remove",
	async () => {
		const folder = temporaryFolder();
		const database = join(folder, ".data/sentc.db");
		const [created] = await outcome(folder, ["app", "create", "--lax"]);
		const app = printedApp(created);
		await outcome(folder, ["app", "files", app.appId, "storage=own"]);
		const serve = async () => {
			const running = start(folder, ["serve", "--port", "0"]);
			const { url } = await ready(running);
			return { running, server: remote(url, app) };
		};
		let { running, server } = await serve();
		const user = await newUser(server);
		for (let round = 0; round < ROUNDS; round++) {
			const parts = Array.from({ length: 4 }, (_, index) => bytes((index + 1) * MIB));
			const [file, doomed] = [await register(server, user), await register(server, user)];
			for (const index of [1, 2, 3]) await result(upload(server, user, doomed, [index, index === 3], bytes(1000)));
			const delay = delayOf(round);
			const where = `seed ${seed}, round ${round}, killed after ${delay} ms`;
			const victim = running;
			const killed = sleep(delay).then(() => void victim.process.kill("SIGKILL"));
			const uploads = parts.map((part, index) => upload(server, user, file, [index + 1, false], part));
			const outcomes = await Promise.allSettled([
				...uploads,
				register(server, user),
				remove(server, user, doomed.file_id),
				killed,
			]);
			for (const one of outcomes) if (one.status === "rejected") expect(String(one.reason), where).toMatch(MAY_FAIL);
			await victim.end;
			expectSoundDatabase({ database });
			// As if the lease of the killed process, and the time of its uploads, had passed.
			withDatabase({ database }, (db) =>
				db.exec(`update jobs set leasedUntil = 0; update "partRemovals" set dueAt = 0`),
			);

			({ running, server } = await serve());
			const listed = await result(listParts(server, file.file_id, 0));
			for (const { part_id, sequence } of listed) {
				const part = await download(server, part_id);
				expect(Buffer.compare(part as Buffer, parts[sequence - 1] ?? bytes(0)), where).toBe(0);
			}
			// Parts that were answered are there; the others are sent once more.
			const answered = outcomes.slice(0, 4).flatMap((one, index) => (one.status === "fulfilled" ? [index + 1] : []));
			expect(
				listed.map(({ sequence }) => sequence),
				where,
			).toEqual(expect.arrayContaining(answered));
			for (const [index, part] of parts.entries()) {
				await result(upload(server, user, file, [index + 1, index === 3], part));
			}
			expect(Buffer.compare(await content(server, file.file_id), Buffer.concat(parts)), where).toBe(0);
			const gone = await remove(server, user, doomed.file_id);
			expect(gone.ok || gone.code === 512, where).toBe(true);
			await expect
				.poll(() => [rows({ database }, "jobs").length, rows({ database }, "partRemovals").length], {
					timeout: 90_000,
				})
				.toEqual([0, 0]);
			const known = rows({ database }, "fileParts").map(({ id }) => id);
			expect(stored(join(folder, ".data/files")).sort(), where).toEqual(known.sort());
			expectSoundDatabase({ database });
		}
	},
	ROUNDS * 60_000,
);
