import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationData, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { addDevice, type ClientOptions, type ServedApi, signUp } from "@sentc-ts/test-world";
import type { User } from "../../src/index.js";
import { fetchThrough, routeOf, type Tampered, type Through, tamper } from "../support/between.js";
import { KEY, newest, OPEN, START } from "../support/rotating.js";

// Rotations that an API makes up: from what it saw of the rotations of its users.

const FINISH = "PUT /user/user_keys/rotation/";

/** A page whose way to the API a test can change, and what was said on it about rotations. */
export interface Page extends Pick<Tampered, "through"> {
	readonly user: User;
	readonly started: KeyRotationData[];
	readonly items: KeyRotationItem[];
	readonly keys: Map<string, GroupKeyServerOutput>;
}

export const firstPage = (api: ServedApi): Promise<Page> => openPage((options) => signUp(api, options));

/** A page of the user on another device. */
export const nextPage = (api: ServedApi, user: User): Promise<Page> =>
	openPage((options) => addDevice(api, user, options));

async function openPage(logIn: (options: ClientOptions) => Promise<{ user: User }>): Promise<Page> {
	const { through, fetch } = tamper();
	const seen: Omit<Page, "user" | "through"> = { started: [], items: [], keys: new Map() };
	const record: Through = async (request, send) => {
		const route = routeOf(request);
		if (route === START) seen.started.push((await request.clone().json()) as KeyRotationData);
		const response = await send();
		const { result } = (await response.clone().json()) as { result: never };
		if (route === OPEN) seen.items.push(...(result as KeyRotationItem[]));
		if (route.startsWith(KEY) && result) seen.keys.set(route.slice(KEY.length), result);
		return response;
	};
	const { user } = await logIn({ fetch: fetchThrough(record, fetch) });
	return { ...seen, through, user };
}

/** An API that lists `item` and has `keys`, of which the new one is always as it was sent. */
export function forging(item: KeyRotationItem, keys: ReadonlyMap<string, GroupKeyServerOutput>): Through {
	let sent = {};
	return async (request, send) => {
		const route = routeOf(request);
		if (route === OPEN) return Response.json({ status: true, result: [item] });
		if (route.startsWith(FINISH)) {
			const { encrypted_new_group_key, public_key_id } = (await request.json()) as Record<string, string>;
			sent = { encrypted_group_key: encrypted_new_group_key, user_public_key_id: public_key_id };
			return Response.json({ status: true, result: "ok" });
		}
		const id = route.startsWith(KEY) ? route.slice(KEY.length) : "";
		const key = keys.get(id);
		if (!key) return send();
		const result = { ...key, ...(id === item.new_group_key_id && sent) };
		return Response.json({ status: true, result });
	};
}

/** The record of a key under another id. */
export function renamed(key: GroupKeyServerOutput | undefined, id: string): GroupKeyServerOutput {
	if (!key) throw new Error("No such key was seen");
	const ids = { group_key_id: id, key_pair_id: id, keypair_sign_id: id, public_key_sig_key_id: id };
	return { ...key, ...ids, time: Date.now() + 60_000 };
}

/** Mallory's two keys as if they were Ann's, and her rotation as if another device of Ann had made it. */
export async function forgery(
	api: ServedApi,
	ann: User,
): Promise<{ item: KeyRotationItem; keys: Map<string, GroupKeyServerOutput> }> {
	const mallory = await firstPage(api);
	const previousId = newest(mallory.user);
	await mallory.user.fetchUserKey(previousId);
	await mallory.user.keyRotation();
	const [started] = mallory.started;
	const previous = mallory.keys.get(previousId);
	const made = mallory.keys.get(newest(mallory.user));
	const group_key = mallory.user.user_data.user_keys[0]?.group_key;
	if (!started || !previous || !made || !group_key) throw new Error("Mallory did not rotate");

	const crypto = createCrypto();
	const { device, device_id } = ann.user_data;
	const [wrapped] = crypto.prepareKeysForNewMember({
		publicKey: device.exported_public_key,
		groupKeys: [group_key],
		rank: null,
		keySession: false,
	}).keys;
	const { public_key_pem, public_key_alg } = JSON.parse(device.exported_public_key);
	const [forDevice] = crypto.encryptEphemeralKeys({
		encryptedEphemeralKey: started.encrypted_ephemeral_key,
		recipients: [{ publicKeyString: public_key_pem, algorithm: public_key_alg }],
	});
	const forAnn = { user_public_key_id: device_id, time: Date.now() + 60_000 };
	return {
		keys: new Map([
			[previousId, { ...previous, ...forAnn, encrypted_group_key: wrapped?.encrypted_group_key ?? "" }],
			[made.group_key_id, { ...made, ...forAnn }],
		]),
		item: {
			encrypted_ephemeral_key_by_group_key_and_public_key: forDevice?.encryptedEphemeralKey ?? "",
			encrypted_group_key_by_ephemeral: started.encrypted_group_key_by_ephemeral,
			ephemeral_alg: started.ephemeral_alg,
			encrypted_eph_key_key_id: device_id,
			previous_group_key_id: previousId,
			time: Date.now() + 60_000,
			new_group_key_id: made.group_key_id,
		},
	};
}
