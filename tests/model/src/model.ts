/** What must be true of the accounts, without any cryptography. */
export interface Model {
	readonly accounts: Account[];
	/** Identifiers in use, also those of devices that were deleted and became free again. */
	readonly identifiers: Set<string>;
}

export interface Account {
	readonly userId: string;
	readonly devices: Device[];
	secondFactor: SecondFactor | undefined;
	/** Of every generation of the user's keys, the newest last. */
	readonly keyIds: string[];
	readonly messages: Message[];
}

export interface Device {
	identifier: string;
	password: string;
	loggedIn: boolean;
}

export interface SecondFactor {
	/** Base32 */
	readonly secret: string;
	readonly recoveryKeys: string[];
}

/** Something that was encrypted for the account. */
interface Message {
	readonly text: string;
	readonly ciphertext: string;
}

export function createModel(): Model {
	return { accounts: [], identifiers: new Set() };
}

/** Picks by a number of whatever size; `undefined` from an empty list. */
export function pick<Item>(items: readonly Item[], index: number): Item | undefined {
	return items[index % items.length];
}

/** An account together with one of its devices that is logged in. */
export function pickLoggedIn(model: Model, index: number): { account: Account; device: Device } | undefined {
	const all = model.accounts.flatMap((account) =>
		account.devices.filter(({ loggedIn }) => loggedIn).map((device) => ({ account, device })),
	);
	return pick(all, index);
}

/** An account together with one of its devices. */
export function pickDevice(model: Model, index: number): { account: Account; device: Device } | undefined {
	return pick(
		model.accounts.flatMap((account) => account.devices.map((device) => ({ account, device }))),
		index,
	);
}
