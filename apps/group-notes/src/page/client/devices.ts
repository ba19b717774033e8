import { SessionsUnsupported, type UserDeviceList, type UserSession } from "@sentc-ts/sdk";
import { everyItem } from "./lists.js";
import { listNotebooks, STRICT } from "./notebooks.js";
import { MANAGER } from "./ranks.js";
import type { Session } from "./session.js";

/** A device of the user. */
export interface Device {
	id: string;
	isThis: boolean;
	/** When it was added, ms. */
	added: number;
	/** When it was last used, ms; `undefined` = it is not signed in, or the API does not tell. */
	used: number | undefined;
}

/** What shows that the person is there: a device alone can't remove another one. */
export interface Proof {
	/** Of this device. */
	password: string;
	/** Of the second factor, six digits or a recovery key; empty = there is none. */
	code: string;
}

/** The oldest first. */
export async function listDevices({ user }: Session): Promise<Device[]> {
	const sessions = await everyItem<UserSession>((last) => user.getSessions(last)).catch((error: unknown) => {
		if (error instanceof SessionsUnsupported) return [];
		throw error;
	});
	const devices = await everyItem<UserDeviceList>((last) => user.getDevices(last));
	return devices.map(({ device_id: id, time: added }) => {
		const used = sessions.filter(({ device_id }) => device_id === id).map(({ last_used }) => last_used);
		return {
			id,
			isThis: id === user.user_data.device_id,
			added,
			used: used.length > 0 ? Math.max(...used) : undefined,
		};
	});
}

/** Another device is signed out at once, and forgets what it has stored as soon as it is open. */
export async function removeDevice({ backend, user }: Session, id: string, { code, password }: Proof): Promise<void> {
	const token = code.replaceAll(/\s/g, "");
	await user.deleteDevice(password, id, token, !/^\d{6}$/.test(token));
	await backend.tellAccountChanged().catch(console.error); // It finds out by itself, at the latest when its JWT ends.
}

/** For the user, and for the notebooks that the user manages: what a lost device knows opens nothing that is new. */
export async function makeNewKeys(session: Session): Promise<void> {
	const { backend, user } = session;
	await user.keyRotation();
	await backend.tellAccountChanged().catch(console.error);
	for (const { group_id, rank } of await listNotebooks(session)) {
		if (rank > MANAGER) continue;
		const group = await user.getGroup(group_id, undefined, STRICT);
		await group.groupUpdateCheck();
		if (group.data.key_update) await group.finishKeyRotation(STRICT);
		await group.keyRotation(true);
		await backend.tellMembersChanged(group_id).catch(console.error);
	}
}
