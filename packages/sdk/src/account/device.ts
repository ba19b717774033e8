import { InvalidInput, type PrepareKeysForNewMemberInput } from "@sentc-ts/core-crypto";
import type { NewMemberKeys } from "@sentc-ts/core-crypto/wire";
import { EnvelopeError, readEnvelope } from "@sentc-ts/transport";
import { type DeviceRegisterResult, deviceRoutes } from "@sentc-ts/transport/contract";
import type { DeviceRegisterInput, UserKeyData } from "../types.js";
import type { Account } from "./account.js";
import { readNewDevice } from "./device-handover.js";

/** Most keys in one request (spec http-api §17.4). */
const KEYS_PER_REQUEST = 100;

/**
 * What the logged-in device sends for a new one: the page 0 opens, every later page is a key session upload.
 *
 * @param serverOutput the answer to `registerDeviceStart` on the new device
 */
export function prepareDeviceKeys(account: Account, serverOutput: string, page: number): DeviceRegisterInput {
	const { crypto } = account.context;
	const device = readNewDevice(serverOutput);
	const publicKey = crypto.exportPublicKey(publicKeyOf(device));
	const keys = crypto.prepareKeysForNewMember(keyPage(account.data.user_keys, publicKey, page));
	return { get_input: () => requestBody(keys, device.token, page), get_public_key: () => publicKey };
}

/** @returns `undefined`, or with more keys than fit one request what became of each further upload */
export async function registerDevice(
	account: Account,
	serverOutput: string,
): Promise<PromiseSettledResult<string>[] | undefined> {
	const { backend, client } = account.context;
	const { user_keys } = account.data;
	const device = readNewDevice(serverOutput);
	const publicKey = await backend.exportPublicKey(publicKeyOf(device));
	const pageBody = async (page: number): Promise<string> =>
		requestBody(await backend.prepareKeysForNewMember(keyPage(user_keys, publicKey, page)), device.token, page);

	const answer = readEnvelope(
		await client.forward(deviceRoutes.doneRegisterDevice, {
			jwt: await account.session.getJwt(),
			body: await pageBody(0),
		}),
		deviceRoutes.doneRegisterDevice.result,
	);
	const pages = Math.ceil(user_keys.length / KEYS_PER_REQUEST);
	if (pages === 1) return undefined;
	const { session_id } = answer;
	if (!session_id) throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The API opened no session for the other keys");
	const upload = async (page: number): Promise<string> => {
		const body = await pageBody(page);
		const jwt = await account.session.getJwt();
		const text = await client.forward(deviceRoutes.uploadDeviceKeys, { jwt, params: { session_id }, body });
		return readEnvelope(text, deviceRoutes.uploadDeviceKeys.result);
	};
	return Promise.allSettled(Array.from({ length: pages - 1 }, (_, index) => upload(index + 1)));
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
