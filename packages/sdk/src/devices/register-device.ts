import { InvalidInput, type PrepareKeysForNewMemberInput } from "@sentc-ts/core-crypto";
import type { NewMemberKeys } from "@sentc-ts/core-crypto/wire";
import { ApiError, EnvelopeError, readEnvelope } from "@sentc-ts/transport";
import { type DeviceRegisterResult, deviceRoutes } from "@sentc-ts/transport/contract";
import { PAGE_SIZE } from "../answers.js";
import { AnswerForged, KeyRotationUnfinished } from "../errors.js";
import { newestFirst } from "../keys/key-ring.js";
import type { KeyRotation } from "../keys/rotation.js";
import type { Session } from "../session/session.js";
import type { DeviceRegisterInput, UserKeyData } from "../types.js";
import { readNewDevice } from "./device-handover.js";

/** Most keys in one request (protocol/http-api §17.4). */
const KEYS_PER_REQUEST = 100;

/**
 * What the logged-in device sends for a new one, with the keys that are here: the page 0 opens, every later page is a key
 * session upload.
 *
 * @param serverOutput the answer to `registerDeviceStart` on the new device, or the hand-over made of it
 */
export function prepareDeviceKeys(session: Session, serverOutput: string, page: number): DeviceRegisterInput {
	const { crypto } = session.context;
	const device = readNewDevice(serverOutput);
	const publicKey = crypto.exportPublicKey(publicKeyOf(device));
	const keys = crypto.prepareKeysForNewMember(keyPage(keysOf(session), publicKey, page));
	return { get_input: () => requestBody(keys, device.token, page), get_public_key: () => publicKey };
}

/** {@link prepareDeviceKeys} in the worker; the page 0 first loads the keys that are not here. */
export async function prepareDeviceKeysAsync(
	session: Session,
	rotation: KeyRotation<UserKeyData>,
	serverOutput: string,
	page: number,
): Promise<DeviceRegisterInput> {
	const { backend } = session.context;
	const device = readNewDevice(serverOutput);
	const publicKey = await backend.exportPublicKey(publicKeyOf(device));
	if (page === 0) await loadMissingKeys(session, rotation);
	const keys = await backend.prepareKeysForNewMember(keyPage(keysOf(session), publicKey, page));
	return { get_input: () => requestBody(keys, device.token, page), get_public_key: () => publicKey };
}

/** @returns `undefined`, or with more keys than fit one request what became of each further upload */
export async function registerDevice(
	session: Session,
	rotation: KeyRotation<UserKeyData>,
	serverOutput: string,
): Promise<PromiseSettledResult<string>[] | undefined> {
	const { backend, client } = session.context;
	const device = readNewDevice(serverOutput);
	const publicKey = await backend.exportPublicKey(publicKeyOf(device));
	await loadMissingKeys(session, rotation);
	const keys = keysOf(session);
	const pageBody = async (page: number): Promise<string> =>
		requestBody(await backend.prepareKeysForNewMember(keyPage(keys, publicKey, page)), device.token, page);

	const body = await pageBody(0);
	const answer = readEnvelope(
		await client.forward(deviceRoutes.doneRegisterDevice, { jwt: await session.getJwt(), body }),
		deviceRoutes.doneRegisterDevice.result,
	);
	const pages = Math.ceil(keys.length / KEYS_PER_REQUEST);
	if (pages === 1) return undefined;
	const { session_id } = answer;
	if (!session_id) throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The API opened no session for the other keys");
	const upload = async (page: number): Promise<string> => {
		const body = await pageBody(page);
		const jwt = await session.getJwt();
		const text = await client.forward(deviceRoutes.uploadDeviceKeys, { jwt, params: { session_id }, body });
		return readEnvelope(text, deviceRoutes.uploadDeviceKeys.result);
	};
	return Promise.allSettled(Array.from({ length: pages - 1 }, (_, index) => upload(index + 1)));
}

/**
 * A device that was offline has not taken the newest keys, and one whose session an older client stored may lack the oldest.
 * Keys that this device can't get don't keep it from handing on the others.
 */
async function loadMissingKeys(session: Session, rotation: KeyRotation<UserKeyData>): Promise<void> {
	await rotation.finish().catch((error: unknown) => {
		if (!(error instanceof KeyRotationUnfinished || error instanceof ApiError)) throw error;
	});
	if (session.keys.keys.length < PAGE_SIZE) return;
	const whole = await session.keys.loadAll();
	await session.save();
	if (!whole) throw new AnswerForged("keys", "The API's list of user keys has a gap: the new device would miss some");
}

function keysOf(session: Session): UserKeyData[] {
	return session.keys.keys.toSorted(newestFirst);
}

function publicKeyOf(device: DeviceRegisterResult): { publicKeyString: string; algorithm: string; id: string } {
	const { public_key_string, keypair_encrypt_alg, device_id } = device;
	return { publicKeyString: public_key_string, algorithm: keypair_encrypt_alg, id: device_id };
}

function keyPage(userKeys: readonly UserKeyData[], publicKey: string, page: number): PrepareKeysForNewMemberInput {
	const start = page * KEYS_PER_REQUEST;
	const keys = Number.isInteger(page) && page >= 0 ? userKeys.slice(start, start + KEYS_PER_REQUEST) : [];
	if (keys.length === 0) throw new InvalidInput("page", "must be the number of a page of keys");
	return {
		publicKey,
		groupKeys: keys.map((key) => key.group_key),
		rank: null,
		keySession: userKeys.length > KEYS_PER_REQUEST,
	};
}

function requestBody(user_keys: NewMemberKeys, token: string, page: number): string {
	return JSON.stringify(page === 0 ? { user_keys, token } : user_keys.keys);
}
