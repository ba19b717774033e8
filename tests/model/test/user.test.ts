import { PASSWORD, runs, tier } from "@sentc-ts/test-world";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { logInOn, login, loginWithWrongPassword, logOut, register } from "../src/commands/access.js";
import * as account from "../src/commands/account.js";
import { type Command, finishAll } from "../src/commands/command.js";
import * as devices from "../src/commands/devices.js";
import * as keys from "../src/commands/keys.js";
import * as secondFactor from "../src/commands/second-factor.js";
import { createModel, type Model } from "../src/model.js";
import { createWorld, type World } from "../src/world.js";

const RUNS = runs(50);
/** In each life: a soak has longer ones, too. */
const COMMANDS = tier === "soak" ? 20 : 14;
const TIMEOUT = RUNS * 60_000;

const clock = { now: () => Date.now(), advance: (ms: number) => void vi.setSystemTime(Date.now() + ms) };

// Codes are accepted once per step of 30 s: only the date is moved, timers stay real.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const index = fc.nat({ max: 20 });
const identifier = fc.integer({ min: 1, max: 6 }).map((number) => `name ${number}`);
const password = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).map((text) => PASSWORD + text);
const recovery = fc.boolean();

const everything: fc.Arbitrary<Command>[] = [
	fc.tuple(identifier, password).map((input) => register(...input)),
	fc.tuple(identifier, password).map((input) => register(...input)),
	fc.tuple(index, recovery).map((input) => login(...input)),
	fc.tuple(index, recovery).map((input) => login(...input)),
	index.map(loginWithWrongPassword),
	index.map(logOut),
	fc.tuple(index, identifier, password).map((input) => devices.addDevice(...input)),
	fc.tuple(index, identifier, password).map((input) => devices.addDevice(...input)),
	index.map(devices.listDevices),
	fc.tuple(index, index).map((input) => devices.deleteDevice(...input)),
	index.map(keys.rotate),
	index.map(keys.rotate),
	fc.tuple(index, index, fc.string()).map((input) => keys.encrypt(...input)),
	fc.tuple(index, index, fc.string()).map((input) => keys.encrypt(...input)),
	index.map(keys.decryptAll),
	index.map(secondFactor.setUpSecondFactor),
	index.map(secondFactor.listRecoveryKeys),
	fc.tuple(index, recovery).map((input) => secondFactor.disableSecondFactor(...input)),
	fc.tuple(index, password, recovery).map((input) => account.changePassword(...input)),
	fc.tuple(index, password).map((input) => account.changePasswordWrongly(...input)),
	fc.tuple(index, password).map((input) => account.actWithoutSecondFactor(...input)),
	fc.tuple(index, password).map((input) => account.resetPassword(...input)),
	fc.tuple(index, identifier).map((input) => account.updateIdentifier(...input)),
	index.map(account.deleteUser),
];

it(`${RUNS} random lives of users end as the model says`, { timeout: TIMEOUT }, async () => {
	const lives = fc.commands(everything, { maxCommands: COMMANDS, size: "max" });
	await fc.assert(
		fc.asyncProperty(lives, async (commands) => {
			const world = await createWorld(clock);
			try {
				const model = createModel();
				await register("name 1", "first").run(model, world);
				await login(0, false).run(model, world);
				await fc.asyncModelRun(() => ({ model, real: world }), commands);
				await expectAllDevicesComplete(model, world);
			} finally {
				await world.close();
			}
		}),
		{ numRuns: RUNS, endOnFailure: tier !== "soak" },
	);
});

/** In the end every device can log in, gets every key and opens everything that was encrypted for its user. */
async function expectAllDevicesComplete({ accounts }: Model, world: World): Promise<void> {
	for (const account of accounts) {
		for (const device of account.devices) {
			await logInOn(account, device, world, false);
			const user = await world.user(device);
			await finishAll({ account, device, user });
			for (const { ciphertext, text } of account.messages) expect(await user.decryptString(ciphertext)).toBe(text);
		}
	}
}
