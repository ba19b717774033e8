import { expect } from "vitest";
import { type Command, loggedInStep, proof } from "./command.js";

/** Sets up the second factor, or replaces the one that is there. */
export function setUpSecondFactor(index: number): Command {
	return loggedInStep(`setUpSecondFactor(${index})`, index, async ({ account, device, user }, _, world) => {
		const present = proof(account, world, false);
		const replace = account.secondFactor !== undefined;
		const { recover, secret } = replace
			? await user.resetRawOtp(device.password, ...present)
			: await user.registerRawOtp(device.password, ...present);
		account.secondFactor = { secret, recoveryKeys: recover };
	});
}

export function listRecoveryKeys(index: number): Command {
	return loggedInStep(`listRecoveryKeys(${index})`, index, async ({ account, device, user }, _, world) => {
		const keys = await user.getOtpRecoverKeys(device.password, ...proof(account, world, false));
		expect(keys.sort()).toEqual([...(account.secondFactor?.recoveryKeys ?? [])].sort());
	});
}

export function disableSecondFactor(index: number, recovery: boolean): Command {
	return loggedInStep(`disableSecondFactor(${index})`, index, async ({ account, device, user }, _, world) => {
		await user.disableOtp(device.password, ...proof(account, world, recovery));
		account.secondFactor = undefined;
	});
}
