import type { PrepareKeysForNewMemberInput } from "@sentc-ts/core-crypto";
import type { NewMemberKeys } from "@sentc-ts/core-crypto/wire";
import { EnvelopeError, readEnvelope } from "@sentc-ts/transport";
import { deviceRoutes } from "@sentc-ts/transport/contract";
import { PAGE_SIZE } from "../answers.js";
import { finishAsFarAsPossible, KEYS_PER_REQUEST, loadEveryKey, pageOfKeys } from "../keys/hand-over.js";
import { newestFirst } from "../keys/key-list.js";
import type { KeyRotation } from "../keys/rotation.js";
import type { Session } from "../session/session.js";
import type { DeviceRegisterInput, UserKeyData } from "../types.js";
import { readNewDevice } from "./device-handover.js";

/** A new device, and what it is to get: all pages of one hand-over are cut from the same list. */
interface Recipient {
	readonly token: string;
	readonly publicKey: string;
	readonly keys: readonly UserKeyData[];
}

/**
 * What the logged-in device sends for a new one, with the keys that are here: the page 0 opens, every later page is a key
 * session upload.
 *
 * @param serverOutput the answer to `registerDeviceStart` on the new device, or the hand-over made of it
 */
export function prepareDeviceKeys(session: Session, serverOutput: string, page: number): DeviceRegisterInput {
	const recipient = readRecipient(session, serverOutput);
	const keys = session.context.crypto.prepareKeysForNewMember(keyPage(recipient, page));
	return registerInput(recipient, keys, page);
}

/** {@link prepareDeviceKeys} in the worker; the page 0 first loads the keys that are not here. */
export async function prepareDeviceKeysAsync(
	session: Session,
	rotation: KeyRotation<UserKeyData>,
	serverOutput: string,
	page: number,
): Promise<DeviceRegisterInput> {
	const recipient =
		page === 0 ? await loadRecipient(session, rotation, serverOutput) : readRecipient(session, serverOutput);
	return preparePage(session, recipient, page);
}

/** @returns `undefined`, or with more keys than fit one request what became of each further upload */
export async function registerDevice(
	session: Session,
	rotation: KeyRotation<UserKeyData>,
	serverOutput: string,
): Promise<PromiseSettledResult<string>[] | undefined> {
	const { client } = session.context;
	const recipient = await loadRecipient(session, rotation, serverOutput);
	const first = await preparePage(session, recipient, 0);
	const answer = readEnvelope(
		await client.forward(deviceRoutes.doneRegisterDevice, { jwt: await session.getJwt(), body: first.get_input() }),
		deviceRoutes.doneRegisterDevice.result,
	);
	const pages = Math.ceil(recipient.keys.length / KEYS_PER_REQUEST);
	if (pages === 1) return undefined;
	const { session_id } = answer;
	if (!session_id) throw new EnvelopeError("ENVELOPE_INCOMPLETE", "The API opened no session for the other keys");
	const upload = async (page: number): Promise<string> => {
		const body = (await preparePage(session, recipient, page)).get_input();
		const jwt = await session.getJwt();
		const text = await client.forward(deviceRoutes.uploadDeviceKeys, { jwt, params: { session_id }, body });
		return readEnvelope(text, deviceRoutes.uploadDeviceKeys.result);
	};
	return Promise.allSettled(Array.from({ length: pages - 1 }, (_, index) => upload(index + 1)));
}

/** {@link readRecipient} of every key. A text that is none is refused before anything is loaded. */
async function loadRecipient(
	session: Session,
	rotation: KeyRotation<UserKeyData>,
	serverOutput: string,
): Promise<Recipient> {
	readRecipient(session, serverOutput);
	await finishAsFarAsPossible(rotation);
	if (session.keys.keys.length >= PAGE_SIZE) await loadEveryKey(session.keys);
	return readRecipient(session, serverOutput);
}

/** Of the keys that are here. */
function readRecipient({ context, keys }: Session, serverOutput: string): Recipient {
	const { device_id, keypair_encrypt_alg, public_key_string, token } = readNewDevice(serverOutput);
	const publicKey = context.crypto.exportPublicKey({
		publicKeyString: public_key_string,
		algorithm: keypair_encrypt_alg,
		id: device_id,
	});
	return { token, publicKey, keys: keys.keys.toSorted(newestFirst) };
}

async function preparePage({ context }: Session, recipient: Recipient, page: number): Promise<DeviceRegisterInput> {
	return registerInput(recipient, await context.backend.prepareKeysForNewMember(keyPage(recipient, page)), page);
}

function keyPage({ keys: all, publicKey }: Recipient, page: number): PrepareKeysForNewMemberInput {
	return {
		publicKey,
		groupKeys: pageOfKeys(all, page).map((key) => key.group_key),
		rank: null,
		keySession: all.length > KEYS_PER_REQUEST,
	};
}

function registerInput({ publicKey, token }: Recipient, user_keys: NewMemberKeys, page: number): DeviceRegisterInput {
	const body = JSON.stringify(page === 0 ? { user_keys, token } : user_keys.keys);
	return { get_input: () => body, get_public_key: () => publicKey };
}
