import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runs, seed } from "@sentc-ts/test-world";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/api.js";
import { outcome, printedApp, ready, remote, start } from "../support/cli.js";
import { rows, withDatabase } from "../support/database.js";
import { expectSoundDatabase } from "../support/invariants.js";
import { GROUP_LIFE } from "./group-life.js";
import { ACCOUNT_LIFE, type Life, LONGEST, type Watch } from "./life.js";

const ROUNDS = runs(20);
/** How many live at the same time. */
const TOGETHER = 2;
const LIVES: readonly Life[] = [ACCOUNT_LIFE, GROUP_LIFE];

for (const { name, steps, live, expectUsable } of LIVES) {
	it(
		`a server that is killed at any time in the life of ${name} loses nothing and leaves nothing half done (seed ${seed})`,
		async () => {
			const folder = temporaryFolder();
			const database = join(folder, ".data/sentc.db");
			const [created] = await outcome(folder, ["app", "create", "--lax"]);
			const app = printedApp(created);
			const random = randomNumbers(seed);
			const serve = async () => {
				const running = start(folder, ["serve", "--port", "0"]);
				const { url } = await ready(running);
				return { running, server: remote(url, app) };
			};

			let { running, server } = await serve();
			for (let round = 0; round < ROUNDS; round++) {
				const victim = running;
				// Every step in so many rounds; a few rounds have a rotation and its end.
				const fatal = steps[(5 + 3 * round) % steps.length];
				const delay = LONGEST * random() ** 3;
				const names = Array.from({ length: TOGETHER }, (_, index) => `life ${round}.${index}`);
				const where = `seed ${seed}, round ${round}: ${delay.toFixed(1)} ms into "${fatal}"`;
				let kill: Promise<void> | undefined;
				const during: Watch<string> = (step, work) => {
					if (step === fatal) kill ??= sleep(delay).then(() => void victim.process.kill("SIGKILL"));
					return work();
				};
				const lives = await Promise.allSettled(names.map((name) => live(server, name, during)));
				for (const life of lives) {
					if (life.status === "rejected") expect(String(life.reason), where).toMatch(/fetch failed|terminated/);
				}
				expect(kill, where).toBeDefined();
				await victim.end;
				expectSoundDatabase({ database });
				// As if the time of the killed process's lease had passed.
				withDatabase({ database }, (db) => db.exec("update jobs set leasedUntil = 0"));

				({ running, server } = await serve());
				for (let tries = 0; rows({ database }, "jobs").length > 0; tries++) {
					if (tries > 500) throw new Error(`${where}: the jobs don't end`);
					await sleep(20);
				}
				for (const name of names) {
					await expectUsable(server, name).catch((cause) => {
						throw new Error(where, { cause });
					});
				}
				expectSoundDatabase({ database });
				// As if half an hour had passed: who gave up to add a device is one of few at an address, which may have 50 that wait.
				withDatabase({ database }, (db) => db.exec("update waitingDevices set createdAt = 0"));
			}
		},
		ROUNDS * 60_000,
	);
}

/** The same numbers from 0 to 1 for the same seed (Park and Miller's generator). */
function randomNumbers(seed: number): () => number {
	let state = (seed % 2_147_483_646) + 1;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
}
