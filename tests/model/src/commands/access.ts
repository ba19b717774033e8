import { expect } from "vitest";
import type { Account, Device } from "../model.js";
import type { World } from "../world.js";
import { type Command, command, deviceStep, loggedInStep, proof, refused } from "./command.js";

/** Registers, or is told that somebody has the identifier. */
export function register(identifier: string, password: string): Command {
	return command({
		name: `register(${identifier})`,
		target: () => identifier,
		async run(_, { accounts, identifiers }, { visitor }) {
			const free = !identifiers.has(identifier);
			expect(await visitor.checkUserIdentifierAvailable(identifier)).toBe(free);
			if (!free) return refused(visitor.register(identifier, password), "server_101");
			const userId = await visitor.register(identifier, password);
			if (userId === false) throw new Error("the identifier is empty");
			const { public_key_id } = await visitor.getUserPublicKey(userId);
			const device = { identifier, password, loggedIn: false };
			accounts.push({ userId, devices: [device], secondFactor: undefined, keyIds: [public_key_id], messages: [] });
			identifiers.add(identifier);
		},
	});
}

/** Logs in with the right password, by the second factor if there is one; a recovery key works once. */
export function login(index: number, recovery: boolean): Command {
	return deviceStep(`login(${index}, ${recovery ? "recovery key" : "code"})`, index, async (on, _, world) => {
		await logInOn(on.account, on.device, world, recovery);
	});
}

export async function logInOn(account: Account, device: Device, world: World, recovery: boolean): Promise<void> {
	const { identifier, password } = device;
	const sentc = await world.client(identifier);
	const first = await sentc.login(identifier, password);
	expect(first.kind).toBe(account.secondFactor ? "mfa" : "user");
	const user = first.kind === "user" ? first.u : await secondStep(first.u);
	expect(user.user_data.user_id).toBe(account.userId);
	expect(user.enabledMfa()).toBe(account.secondFactor !== undefined);
	device.loggedIn = true;

	async function secondStep(u: Parameters<typeof sentc.mfaLogin>[1]) {
		const [token = "", isRecoveryKey] = proof(account, world, recovery);
		if (!isRecoveryKey) {
			await refused(sentc.mfaLogin(wrongCode(token), u), "server_902");
			const done = await sentc.mfaLogin(token, u);
			await refused(sentc.mfaLogin(token, u), "server_902");
			return done;
		}
		const done = await sentc.mfaRecoveryLogin(token, u);
		await refused(sentc.mfaRecoveryLogin(token, u), "server_901");
		return done;
	}
}

export function loginWithWrongPassword(index: number): Command {
	return deviceStep(`loginWithWrongPassword(${index})`, index, async ({ device }, _, { visitor }) => {
		await refused(visitor.login(device.identifier, `${device.password}!`), "server_112");
	});
}

export function logOut(index: number): Command {
	return loggedInStep(`logOut(${index})`, index, async ({ device, user }, _, world) => {
		await user.logOut();
		device.loggedIn = false;
		expect(await (await world.client(device.identifier)).getUser(device.identifier)).toBe(false);
	});
}

function wrongCode(code: string): string {
	return String((Number(code) + 1) % 1_000_000).padStart(6, "0");
}
