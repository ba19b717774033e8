import { expect } from "vitest";
import { pick } from "../model.js";
import { type Command, finishAll, loggedInStep } from "./command.js";

export function rotate(index: number): Command {
	return loggedInStep(`rotate(${index})`, index, async ({ account, user }) => {
		await user.keyRotation();
		const { newest_key_id } = user.user_data;
		expect(account.keyIds).not.toContain(newest_key_id);
		account.keyIds.push(newest_key_id);
	});
}

/** Somebody encrypts for an account, by whatever key of it is known there. */
export function encrypt(index: number, receiver: number, text: string): Command {
	return loggedInStep(`encrypt(${index}, ${receiver})`, index, async ({ user }, { accounts }) => {
		const account = pick(accounts, receiver);
		account?.messages.push({ text, ciphertext: await user.encryptString(text, account.userId, true) });
	});
}

/** Everything that was ever encrypted for the account opens on the device. */
export function decryptAll(index: number): Command {
	return loggedInStep(`decryptAll(${index})`, index, async (by) => {
		await finishAll(by);
		for (const { ciphertext, text } of by.account.messages) expect(await by.user.decryptString(ciphertext)).toBe(text);
	});
}
