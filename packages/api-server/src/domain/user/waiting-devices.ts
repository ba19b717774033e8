import type { DeviceRegisterData } from "@sentc-ts/core-crypto/wire";
import { type DeviceRegisterResult, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash, randomToken } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import { identifierIsTaken } from "../../database/repositories/devices.js";
import {
	countWaitingDevices,
	deleteOldestOfBusiestNetwork,
	deleteWaitingDevices,
	insertWaitingDevice,
	takeWaitingDevice,
} from "../../database/repositories/waiting-devices.js";
import { Failure } from "../../failure.js";
import type { Cell } from "../../vault.js";
import type { Services } from "../services.js";
import { requireDeviceKeys } from "./register.js";
import { indexOf } from "./sealed-columns.js";

// Anybody may let a device wait, without proving anything. So it keeps nothing from others: neither the identifier, which is
// in use once a device with it belongs to an account, nor, beyond the caps, room.

/** Where a request comes from. */
export interface Origin {
	/** An IPv4 address, or an IPv6 network of 64 bits. */
	readonly address: string;
	/** What one customer of a provider has at most: the network of 24 (IPv4) or 48 bits. */
	readonly network: string;
}

const dataCell = (id: string): Cell => ({ table: "waitingDevices", row: id, column: "sealedData" });

/** Registers a device that waits until somebody who is logged in makes it part of an account. */
export async function prepareRegisterDevice(
	services: Services,
	appId: string,
	device: DeviceRegisterData,
	origin: Origin | undefined,
): Promise<DeviceRegisterResult> {
	requireDeviceKeys(services.crypto, device);
	const { database, newId, now } = services;
	const id = newId();
	const token = randomToken();
	await database.transaction(async (db) => {
		await forgetExpired(services, db);
		if (await identifierIsTaken(db, appId, indexOf(services, appId, device.device_identifier))) {
			throw new Failure(SERVER_ERRORS.IDENTIFIER_EXISTS);
		}
		await makeRoom(services, db, appId, origin);
		await insertWaitingDevice(db, {
			id,
			appId,
			tokenHash: hash(token),
			sealedData: database.vault.seal(dataCell(id), JSON.stringify(device)),
			address: origin?.address ?? "",
			network: origin?.network ?? "",
			createdAt: now(),
		});
	});
	return {
		device_id: id,
		token,
		device_identifier: device.device_identifier,
		public_key_string: device.derived.public_key,
		keypair_encrypt_alg: device.derived.keypair_encrypt_alg,
	};
}

/**
 * Takes the device that waits with this token out of those that wait.
 *
 * @throws Failure 100 when there is none (any longer), or its identifier has been given to another device meanwhile
 */
export async function takeWaiting(
	services: Services,
	db: Writes,
	appId: string,
	token: string,
): Promise<{ deviceId: string; device: DeviceRegisterData }> {
	await forgetExpired(services, db);
	const waiting = await takeWaitingDevice(db, appId, hash(token));
	if (waiting === undefined) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	const device: DeviceRegisterData = JSON.parse(services.database.vault.open(dataCell(waiting.id), waiting.sealedData));
	if (await identifierIsTaken(db, appId, indexOf(services, appId, device.device_identifier))) {
		throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	}
	return { deviceId: waiting.id, device };
}

/** Removes the devices that have waited too long, of all apps. */
export async function forgetExpired({ now, waitingLimits }: Services, db: Writes): Promise<void> {
	await deleteWaitingDevices(db, now() - waitingLimits.lifetime);
}

async function makeRoom(
	{ now, waitingLimits: { lifetime, perAddress, perApp } }: Services,
	db: Writes,
	appId: string,
	origin: Origin | undefined,
): Promise<void> {
	if (origin !== undefined) {
		const { count, oldest } = await countWaitingDevices(db, appId, origin.address);
		if (count >= perAddress) {
			const free = (oldest ?? 0) + lifetime - now();
			throw new Failure(SERVER_ERRORS.TOO_MANY_REQUESTS, Math.max(1, Math.ceil(free / 1000)));
		}
	}
	if ((await countWaitingDevices(db, appId)).count >= perApp) await deleteOldestOfBusiestNetwork(db, appId);
}
