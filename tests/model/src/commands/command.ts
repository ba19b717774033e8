import { isSentcError, type User } from "@sentc-ts/sdk";
import type { AsyncCommand } from "fast-check";
import { expect } from "vitest";
import { type Account, type Device, type Model, pickDevice, pickLoggedIn } from "../model.js";
import type { World } from "../world.js";

export type Command = AsyncCommand<Model, World>;

/** How often an open rotation is asked for: the API makes it after its answer. */
const TRIES = 200;

interface Step<Target> {
	/** For the report of a failure. */
	readonly name: string;
	/** What the step works on; `undefined` = it does not fit now. */
	target(model: Readonly<Model>): Target | undefined;
	run(target: Target, model: Model, world: World): Promise<void>;
}

export function command<Target>({ name, target, run }: Step<Target>): Command {
	return {
		check: (model) => target(model) !== undefined,
		async run(model, world) {
			const found = target(model);
			if (found !== undefined) await run(found, model, world);
		},
		toString: () => name,
	};
}

interface OnDevice {
	readonly account: Account;
	readonly device: Device;
}

interface LoggedIn extends OnDevice {
	readonly user: User;
}

/** A step of somebody who is logged in. */
export function loggedInStep(
	name: string,
	index: number,
	run: (by: LoggedIn, model: Model, world: World) => Promise<void>,
): Command {
	return command({
		name,
		target: (model) => pickLoggedIn(model, index),
		run: async (found, model, world) => run({ ...found, user: await world.user(found.device) }, model, world),
	});
}

/** A step on a device, whether it is logged in or not. */
export function deviceStep(
	name: string,
	index: number,
	run: (on: OnDevice, model: Model, world: World) => Promise<void>,
): Command {
	return command({ name, target: (model) => pickDevice(model, index), run });
}

/** The call must be refused, with this status. */
export async function refused(call: Promise<unknown> | false, status: string): Promise<void> {
	const error = await Promise.resolve(call).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(isSentcError(error) && error.status, `refusal with ${status}`).toBe(status);
}

/** What stands in for the second factor of a fresh login; nothing without one. */
export function proof({ secondFactor }: Account, world: World, recovery: boolean): [string?, boolean?] {
	if (secondFactor === undefined) return [];
	const key = recovery ? secondFactor.recoveryKeys.pop() : undefined;
	return key === undefined ? [world.code(secondFactor), false] : [key, true];
}

/** Finishes rotations until the device has every key of the account. */
export async function finishAll({ account, user }: LoggedIn): Promise<void> {
	const complete = (): boolean => account.keyIds.every((id) => user.user_data.key_map.has(id));
	for (let tries = 0; tries < TRIES && !complete(); tries++) {
		await user.finishKeyRotation();
		if (!complete()) await new Promise((resolve) => setTimeout(resolve, 10));
	}
	expect([...user.user_data.key_map.keys()].sort()).toEqual([...account.keyIds].sort());
	expect(user.user_data.newest_key_id).toBe(account.keyIds.at(-1));
}
