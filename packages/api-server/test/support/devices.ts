import { randomUUID } from "node:crypto";
import type { DeviceRegisterData } from "@sentc-ts/core-crypto/wire";
import type { TestApi } from "@sentc-ts/test-world";
import { deviceRoutes, type Params, type ResultOf, userKeyRoutes } from "@sentc-ts/transport/contract";
import { type Answer, call, result, startApi, type Target } from "./api.js";
import { crypto, login, newest, newUser, PASSWORD, type Session } from "./client.js";
import { rows, withDatabase } from "./database.js";

type NewDevice = ResultOf<typeof deviceRoutes.prepareRegisterDevice>;
type Rotation = ResultOf<typeof userKeyRoutes.listKeyRotations>[number];

/** A device that waits to be added to an account. */
export async function startDevice(server: Target, body: DeviceRegisterData): Promise<NewDevice> {
	return result(call(server, deviceRoutes.prepareRegisterDevice, { body }));
}

/** Makes a waiting device part of the account, with the keys that the adding device has. */
export async function confirmDevice(
	server: Target,
	{ jwt, userKeys }: Session,
	device: NewDevice,
	keySession = false,
): Promise<ResultOf<typeof deviceRoutes.doneRegisterDevice>> {
	const body = { token: device.token, user_keys: wrapKeys(device, userKeys, keySession) };
	return result(call(server, deviceRoutes.doneRegisterDevice, { jwt, body }));
}

/** Keys of a user for a waiting device. */
export function wrapKeys(device: NewDevice, userKeys: Session["userKeys"], keySession = false) {
	const publicKey = crypto.exportPublicKey({
		publicKeyString: device.public_key_string,
		algorithm: device.keypair_encrypt_alg,
		id: device.device_id,
	});
	const groupKeys = userKeys.map((key) => key.groupKey);
	return crypto.prepareKeysForNewMember({ publicKey, groupKeys, rank: null, keySession });
}

/** A further device of the account, with a key pair of its own, logged in. */
export async function addDevice(server: Target, adder: Session, identifier: string): Promise<Session> {
	const device = crypto.prepareRegisterDevice({ identifier, password: PASSWORD });
	await confirmDevice(server, adder, await startDevice(server, device));
	return login(server, identifier);
}

/** A user with two devices, of which one is a millisecond older. */
export async function twoDevices(): Promise<{ server: TestApi; first: Session; second: Session }> {
	const server = await startApi();
	const first = await newUser(server, "first");
	server.clock.advance(1);
	return { server, first, second: await addDevice(server, first, "second") };
}

/** A user with three devices. */
export async function threeDevices(server: Target): Promise<[Session, Session, Session]> {
	const first = await newUser(server, "first");
	return [first, await addDevice(server, first, "second"), await addDevice(server, first, "third")];
}

/** Of every list. */
export const FIRST_PAGE: Params<typeof userKeyRoutes.listUserKeys> = { last_time: "0", last_id: "none" };

export function listKeys(
	server: Target,
	{ jwt }: Session,
	after = FIRST_PAGE,
): Promise<ResultOf<typeof userKeyRoutes.listUserKeys>> {
	return result(call(server, userKeyRoutes.listUserKeys, { jwt, params: after }));
}

export function listDevices(
	server: Target,
	{ jwt }: Session,
	after = FIRST_PAGE,
): Promise<ResultOf<typeof deviceRoutes.listDevices>> {
	return result(call(server, deviceRoutes.listDevices, { jwt, params: after }));
}

export function deleteDevice(server: Target, { jwt }: Session, deviceId: string): Promise<Answer<unknown>> {
	return call(server, deviceRoutes.deleteDevice, { jwt, params: { device_id: deviceId } });
}

/** Body of a rotation that starts at the newest key that the device has. */
export function rotationBody({ device, userKeys }: Session) {
	return crypto.prepareKeyRotation({
		publicKey: device.publicKey,
		previousKey: newest(userKeys).groupKey,
		signPair: true,
	});
}

/** Rotates the keys; the device with the new one. */
export async function rotate(server: Target, session: Session): Promise<Session> {
	const { jwt } = session;
	const started = await result(call(server, userKeyRoutes.startKeyRotation, { jwt, body: rotationBody(session) }));
	return withKey(server, session, started.key_id);
}

export async function listRotations(server: Target, { jwt }: Session): Promise<Rotation[]> {
	return result(call(server, userKeyRoutes.listKeyRotations, { jwt }));
}

/** Finishes one rotation; the device with the new key. */
export async function finish(server: Target, session: Session, rotation: Rotation): Promise<Session> {
	const { device, userKeys, jwt } = session;
	const previous = userKeys.find((key) => key.groupKeyId === rotation.previous_group_key_id);
	if (previous === undefined) throw new Error("the previous key is not there");
	const { privateKey, publicKey } = device;
	const body = crypto.finishKeyRotation({ rotation, privateKey, publicKey, previousKey: previous.groupKey });
	const params = { key_id: rotation.new_group_key_id };
	await result(call(server, userKeyRoutes.finishKeyRotation, { jwt, params, body }));
	return withKey(server, session, rotation.new_group_key_id);
}

/** Finishes all rotations that wait for the device, in their order. */
export async function finishAll(server: Target, session: Session): Promise<Session> {
	let finished = session;
	for (const rotation of await listRotations(server, session)) finished = await finish(server, finished, rotation);
	return finished;
}

/** The device together with a key that it fetches. */
async function withKey(server: Target, session: Session, keyId: string): Promise<Session> {
	const { jwt, device, userKeys } = session;
	const userKey = await result(call(server, userKeyRoutes.userKey, { jwt, params: { key_id: keyId } }));
	const opened = crypto.openUser({ privateKey: device.privateKey, userKeys: [userKey] });
	return { ...session, userKeys: [...opened.userKeys, ...userKeys] };
}

/** Adds devices to an account that are copies of one of it, written into the database; they have no keys. */
export function copyDevice(server: TestApi, { deviceId }: Session, count: number): void {
	const stored = rows(server, "devices").find(({ id }) => id === deviceId);
	const place = rows(server, "members").find(({ memberId }) => memberId === deviceId);
	withDatabase(server, (connection) => {
		const insert = (table: string, row: object) => {
			const columns = Object.keys(row).map((column) => `"${column}"`);
			const values = columns.map(() => "?");
			const sql = `insert into "${table}" (${columns.join()}) values (${values.join()})`;
			connection.prepare(sql).run(Object.values(row));
		};
		for (let copy = 0; copy < count; copy++) {
			const id = randomUUID();
			insert("devices", { ...stored, id, identifierIndex: id });
			insert("members", { ...place, memberId: id });
		}
	});
}
