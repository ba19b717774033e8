import { setTimeout as sleep } from "node:timers/promises";
import { loginRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { expect } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal, result, type Target } from "../support/api.js";
import { login, register, registerBody, type Session } from "../support/client.js";
import { confirmDevice, finishAll, listKeys, listRotations, rotate, startDevice } from "../support/devices.js";

/** What somebody goes through. */
export interface Life<Step extends string = string> {
	readonly name: string;
	/** The process is killed during one of them. */
	readonly steps: readonly Step[];
	live(server: Target, name: string, during: Watch<Step>): Promise<void>;
	/** Fails unless, whatever happened, it goes on. */
	expectUsable(server: Target, name: string): Promise<void>;
}

const STEPS = [
	"register",
	"log in",
	"start device",
	"confirm device",
	"log in device",
	"rotate",
	"finish",
	"rotate again",
	"finish again",
	"nothing more",
] as const;

/** An account with two devices. */
export const ACCOUNT_LIFE: Life<(typeof STEPS)[number]> = { name: "an account", steps: STEPS, live, expectUsable };

/** Longest time from the start of a step to the kill, ms: a step takes less, the job of a rotation may take as long. */
export const LONGEST = 200;

/** Is told of each step, and does its work. */
export type Watch<Step extends string> = <Result>(step: Step, work: () => Promise<Result>) => Promise<Result>;

async function live(server: Target, name: string, during: Watch<(typeof STEPS)[number]>): Promise<void> {
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
export async function findOut(server: Target, identifier: string): Promise<"free" | "waits" | Session> {
	const body = { user_identifier: identifier };
	if ((await result(call(server, userRoutes.exists, { body }))).available) return "free";
	const proof = { device_identifier: identifier, auth_key: Buffer.alloc(32).toString("base64") };
	const refused = await call(server, loginRoutes.doneLogin, { body: proof });
	if (!refused.ok && refused.code === FAILURES.LOGIN_USER_NOT_FOUND.code) return "waits";
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
			const finished = await finishAll(server, device);
			const { userKeys } = finished;
			const stored = await listKeys(server, finished);
			expect(stored.map((key) => key.group_key_id).sort()).toEqual(userKeys.map((key) => key.groupKeyId).sort());
			return userKeys.map((key) => key.groupKey).sort();
		}),
	);
	for (const others of keys) expect(others).toEqual(keys[0]);
}
