import { expect } from "vitest";
import { type Command, loggedInStep, proof, refused } from "./command.js";

/** The sessions of all other devices end with it: whoever is there logs in again. */
export function changePassword(index: number, password: string, recovery: boolean): Command {
	return loggedInStep(`changePassword(${index})`, index, async ({ account, device, user }, _, world) => {
		await user.changePassword(device.password, password, ...proof(account, world, recovery));
		device.password = password;
		expect(await user.getSessions()).toMatchObject([{ current: true }]);
		for (const other of account.devices.filter((one) => one !== device && one.loggedIn)) {
			await (await world.user(other)).logOut();
			other.loggedIn = false;
		}
	});
}

/** Only a wrong old password stands in the way: nothing may have changed. */
export function changePasswordWrongly(index: number, password: string): Command {
	return loggedInStep(`changePasswordWrongly(${index})`, index, async ({ account, device, user }, _, world) => {
		const wrong = `${device.password}!`;
		await refused(user.changePassword(wrong, password, ...proof(account, world, false)), "server_112");
	});
}

/** Nothing that needs the person happens without the second factor, also on a device that has not heard of it. */
export function actWithoutSecondFactor(index: number, password: string): Command {
	return loggedInStep(`actWithoutSecondFactor(${index})`, index, async ({ account, device, user }) => {
		if (account.secondFactor === undefined) return;
		await refused(user.changePassword(device.password, password), "client_10000");
		await refused(user.deleteDevice(device.password, user.user_data.device_id), "client_10000");
		await refused(user.deleteUser(device.password), "client_10000");
		await refused(user.disableOtp(device.password), "client_100");
		expect(user.enabledMfa()).toBe(true);
	});
}

/** With a second factor the session is not renewed: the person logs in again. */
export function resetPassword(index: number, password: string): Command {
	return loggedInStep(`resetPassword(${index})`, index, async ({ account, device, user }) => {
		await user.resetPassword(password);
		device.password = password;
		if (account.secondFactor === undefined) return;
		await user.logOut();
		device.loggedIn = false;
	});
}

export function updateIdentifier(index: number, identifier: string): Command {
	return loggedInStep(`updateIdentifier(${index}, ${identifier})`, index, async ({ device, user }, model, world) => {
		if (model.identifiers.has(identifier)) return refused(user.updateUser(identifier), "server_101");
		await user.updateUser(identifier);
		model.identifiers.delete(device.identifier);
		model.identifiers.add(identifier);
		world.rename(device.identifier, identifier);
		device.identifier = identifier;
	});
}

export function deleteUser(index: number): Command {
	return loggedInStep(`deleteUser(${index})`, index, async ({ account, device, user }, model, world) => {
		await user.deleteUser(device.password, ...proof(account, world, false));
		for (const { identifier } of account.devices) {
			model.identifiers.delete(identifier);
			expect(await world.visitor.checkUserIdentifierAvailable(identifier)).toBe(true);
		}
		model.accounts.splice(model.accounts.indexOf(account), 1);
	});
}
