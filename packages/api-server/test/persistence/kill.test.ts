import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runs, seed } from "@sentc-ts/test-world";
import { SERVER_ERRORS, userKeyRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { expect, it } from "vitest";
import { call, expectRefusal, result, type Target, temporaryFolder } from "../support/api.js";
import { outcome, printedApp, ready, remote, start } from "../support/cli.js";
import { login, register, registerBody, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { confirmDevice, finishAll, listRotations, rotate, startDevice } from "../support/devices.js";
import { expectSoundDatabase } from "../support/invariants.js";

/** What an account goes through; the process is killed during one of them. */
const STEPS = [
	...["register", "log in", "start device", "confirm device", "log in device", "rotate", "finish"],
	...["rotate again", "finish again", "nothing more"],
] as const;
type Step = (typeof STEPS)[number];

const ROUNDS = runs(2 * STEPS.length);
const ACCOUNTS = 2;
/** Longest time from the start of a step to the kill, ms: a step takes less, the job of a rotation may take as long. */
const LONGEST = 200;

type Watch = <Result>(step: Step, work: () => Promise<Result>) => Promise<Result>;

async function live(server: Target, name: string, during: Watch): Promise<void> {
	await during("register", () => register(server, name));
	const first = await during("log in", () => login(server, name));
	const device = await during("start device", () => startDevice(server, registerBody(`${name} device`).device));
	await during("confirm device", () => confirmDevice(server, first, device));
	const second = await during("log in device", () => login(server, `${name} device`));
	const rotated = await during("rotate", () => rotate(server, first));
	await untilRotations(server, second, 1);
	const newest = await during("finish", () => finishAll(server, second));
	await during("rotate again", () => rotate(server, newest));
	await untilRotations(server, rotated, 1);
	await during("finish again", () => finishAll(server, rotated));
	await during("nothing more", () => sleep(LONGEST));
}

async function untilRotations(server: Target, session: Session, count: number): Promise<void> {
	for (let tries = 0; tries < 500; tries++) {
		if ((await listRotations(server, session)).length === count) return;
		await sleep(20);
	}
	throw new Error("the rotation did not arrive");
}

/** The identifier is free, or belongs to somebody who waits, or works for a login. */
async function findOut(server: Target, identifier: string): Promise<"free" | "waits" | Session> {
	const body = { user_identifier: identifier };
	if ((await result(call(server, userRoutes.exists, { body }))).available) return "free";
	const proof = { device_identifier: identifier, auth_key: Buffer.alloc(32).toString("base64") };
	const refused = await call(server, userRoutes.doneLogin, { body: proof });
	if (!refused.ok && refused.code === SERVER_ERRORS.LOGIN_USER_NOT_FOUND.code) return "waits";
	await expectRefusal(refused, SERVER_ERRORS.LOGIN_REFUSED);
	return login(server, identifier);
}

/** Whatever became of the account, it can be used, and all its devices come to the same keys. */
async function expectUsable(server: Target, name: string): Promise<void> {
	const first = await findOut(server, name);
	if (first === "free") {
		await register(server, name);
		await login(server, name);
		return;
	}
	if (first === "waits") throw new Error(`${name} was registered by halves`);
	const second = await findOut(server, `${name} device`);
	const devices = typeof second === "string" ? [first] : [first, second];
	const keys = await Promise.all(
		devices.map(async (device) => {
			const { userKeys, jwt } = await finishAll(server, device);
			const params = { last_time: "0", last_id: "none" };
			const stored = await result(call(server, userKeyRoutes.listUserKeys, { jwt, params }));
			expect(stored.map((key) => key.group_key_id).sort()).toEqual(userKeys.map((key) => key.groupKeyId).sort());
			return userKeys.map((key) => key.groupKey).sort();
		}),
	);
	for (const others of keys) expect(others).toEqual(keys[0]);
}

it(
	`a server that is killed at any time loses nothing and leaves nothing half done (seed ${seed})`,
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
			// Every step in ten rounds; a few rounds have a rotation and its end.
			const fatal = STEPS[(5 + 3 * round) % STEPS.length];
			const delay = LONGEST * random() ** 3;
			const names = Array.from({ length: ACCOUNTS }, (_, index) => `account ${round}.${index}`);
			const where = `seed ${seed}, round ${round}: ${delay.toFixed(1)} ms into "${fatal}"`;
			let kill: Promise<void> | undefined;
			const during: Watch = (step, work) => {
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
		}
	},
	ROUNDS * 30_000,
);

/** The same numbers from 0 to 1 for the same seed (Park and Miller's generator). */
function randomNumbers(seed: number): () => number {
	let state = (seed % 2_147_483_646) + 1;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
}
