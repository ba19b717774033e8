import { expect } from "vitest";
import { type Account, pick } from "../model.js";
import { logInOn } from "./access.js";
import { type Command, finishAll, loggedInStep, proof, refused } from "./command.js";

/** A new device starts, this one adds it, and it logs in with every key. */
export function addDevice(index: number, identifier: string, password: string): Command {
	return loggedInStep(`addDevice(${index}, ${identifier})`, index, async ({ account, user }, model, world) => {
		const sentc = await world.client(identifier);
		const start = sentc.registerDeviceStart(identifier, password);
		if (model.identifiers.has(identifier)) return refused(start, "server_101");
		const answer = await start;
		if (answer === false) throw new Error("the identifier is empty");
		await refused(sentc.login(identifier, password), "server_100");
		await user.registerDevice(answer);
		model.identifiers.add(identifier);
		const device = { identifier, password, loggedIn: false };
		account.devices.push(device);
		await logInOn(account, device, world, false);
		await finishAll({ account, device, user: await world.user(device) });
	});
}

export function listDevices(index: number): Command {
	return loggedInStep(`listDevices(${index})`, index, async ({ account, device, user }) => {
		const devices = await user.getDevices();
		expect(devices).toHaveLength(account.devices.length);
		expect(devices.map(({ device_id }) => device_id)).toContain(user.user_data.device_id);
		expect(account.devices).toContain(device);
	});
}

/** Any device of the account but the last one. */
export function deleteDevice(index: number, other: number): Command {
	return loggedInStep(`deleteDevice(${index}, ${other})`, index, async (by, model, world) => {
		const { account, device, user } = by;
		const target = pick(loggedInDevices(account), other) ?? device;
		const { device_id } = (await world.user(target)).user_data;
		const call = user.deleteDevice(device.password, device_id, ...proof(account, world, false));
		if (account.devices.length === 1) return refused(call, "server_115");
		await call;
		account.devices.splice(account.devices.indexOf(target), 1);
		model.identifiers.delete(target.identifier);
		await refused(world.visitor.login(target.identifier, target.password), "server_100");
	});
}

const loggedInDevices = ({ devices }: Account) => devices.filter(({ loggedIn }) => loggedIn);
