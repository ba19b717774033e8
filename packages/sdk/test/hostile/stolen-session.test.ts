import { randomBytes } from "node:crypto";
import { createCrypto, formatSymmetricKey } from "@sentc-ts/core-crypto";
import { freshName, PASSWORD, rejection, rotateKeys, type ServedApi, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KeyFailure } from "../../src/index.js";

// Somebody had the tokens of a user's session for a moment (a script in the page, a log, the own backend): a JWT that no login
// issued and a refresh token. They know neither password nor keys.

const NEW_PASSWORD = "battery horse";
const crypto = createCrypto();

let api: ServedApi;
beforeAll(async () => {
	api = await startApi({ rateLimits: false });
});
afterAll(() => api.close());

interface Tokens {
	readonly jwt: string;
	readonly refresh_token: string;
}

/** What the API answers, as its envelope has it. */
interface Answer {
	readonly status: boolean;
	readonly err_code?: number;
	// biome-ignore lint/suspicious/noExplicitAny: whatever the route answers
	readonly result: any;
}

/** Calls the API without an SDK. */
async function send(method: string, path: string, body?: object, jwt?: string): Promise<Answer> {
	const headers = { "x-sentc-app-token": api.app_token, ...(jwt && { Authorization: `Bearer ${jwt}` }) };
	const response = await fetch(`${api.base_url}/api/v1${path}`, {
		method,
		headers,
		...(body && { body: JSON.stringify(body) }),
	});
	return response.json();
}

async function expectResult(answer: Promise<Answer>) {
	const { status, result, err_code } = await answer;
	expect({ status, err_code }).toEqual({ status: true, err_code: undefined });
	return result;
}

const refresh = ({ jwt, refresh_token }: Tokens) => send("PUT", "/refresh", { refresh_token }, jwt);

async function login(identifier: string, password: string) {
	const prepareLogin = await expectResult(send("POST", "/prepare_login", { user_identifier: identifier }));
	const keys = crypto.deriveLoginKeys({ password, prepareLogin });
	const known = { auth_key: keys.authKey, device_identifier: identifier };
	const { Direct: doneLogin } = await expectResult(send("POST", "/done_login", known));
	const opened = crypto.openDevice({ masterKeyEncryptionKey: keys.masterKeyEncryptionKey, doneLogin });
	const proof = { ...known, challenge: opened.challenge };
	const tokens: Tokens = await expectResult(send("POST", "/verify_login", proof));
	const encryptedMasterKey: string = doneLogin.device_keys.encrypted_master_key;
	return { keys, encryptedMasterKey, opened, tokens };
}

/** A user who is logged in, what the app was told of keys, and what was stolen. */
async function robbed() {
	const told: KeyFailure[] = [];
	const person = await signUp(api, { on_unusable_key: (key) => void told.push(key) });
	const { jwt, refresh_token } = person.user.user_data;
	const stolen: Tokens = { jwt: (await expectResult(refresh({ jwt, refresh_token }))).jwt, refresh_token };
	return { ...person, told, stolen };
}

/** Which device the keys of the thief are said to be made by. */
type Maker = "their own device" | "the owner's device";

/** A device of the thief's in the account, with a garbage key for each of the user's, and a generation of user keys that it made. */
async function takeOver({ jwt }: Tokens, victim: { user_id: string; device_id: string }, by: Maker) {
	const identifier = freshName();
	const body = crypto.prepareRegisterDevice({ identifier, password: PASSWORD });
	const waiting = await expectResult(send("POST", "/user/prepare_register_device", body));
	const { public_key_id } = await expectResult(send("GET", `/user/${victim.user_id}/public_key`));
	const previousKey = formatSymmetricKey(randomBytes(32), public_key_id);
	const publicKey = crypto.exportPublicKey({
		publicKeyString: waiting.public_key_string,
		algorithm: waiting.keypair_encrypt_alg,
		id: waiting.device_id,
	});
	const keys = { publicKey, groupKeys: [previousKey], rank: null, keySession: false };
	const user_keys = crypto.prepareKeysForNewMember(keys);
	await expectResult(send("PUT", "/user/done_register_device", { token: waiting.token, user_keys }, jwt));

	const { opened, tokens } = await login(identifier, PASSWORD);
	const { device } = opened;
	const rotation = crypto.prepareKeyRotation({ publicKey: device.publicKey, previousKey, signPair: true });
	const sent = by === "their own device" ? rotation : { ...rotation, invoker_public_key_id: victim.device_id };
	const sender = by === "their own device" ? tokens.jwt : jwt;
	const { key_id } = await expectResult(send("POST", "/user/user_keys/rotation", sent, sender));
	await api.runJobs();
	const userKey = await expectResult(send("GET", `/user/user_keys/key/${key_id}`, undefined, sender));
	const [made] = crypto.openUser({ privateKey: device.privateKey, userKeys: [userKey] }).userKeys;
	const privateKey = made?.privateKey ?? "";
	return { id: opened.deviceId, identifier, keyId: key_id, tokens, read: (text: string) => read(privateKey, text) };
}

/** @throws CryptoError when the text is not for this key */
const read = (privateKey: string, text: string): string => crypto.decryptString({ key: { privateKey }, text }).text;

/** A new password for the device, and the end of what was stolen. */
async function changePassword(identifier: string): Promise<void> {
	const { keys, encryptedMasterKey, tokens } = await login(identifier, PASSWORD);
	const change = crypto.preparePasswordChange({ ...keys, encryptedMasterKey, newPassword: NEW_PASSWORD });
	await expectResult(send("PUT", "/user/update_pw", { ...change, end_sessions: "all" }, tokens.jwt));
}

describe("a thief with a stolen session, who puts a device and user keys of their own into the account,", () => {
	it.each<Maker>(["their own device", "the owner's device"])(
		"locks nobody out, and is out of it after the owner has cleaned up: keys of %s",
		async (by) => {
			const { sentc, name, user, told, stolen } = await robbed();
			const { user_id, newest_key_id } = user.user_data;
			// Somebody who goes on whatever the API says about keys.
			const { user: bob } = await signUp(api, { public_key_lifetime: 0, on_key_change: () => {} });
			const thief = await takeOver(stolen, user.user_data, by);
			const before = await bob.encryptString("the thief reads this", user_id);
			expect(thief.read(before)).toBe("the thief reads this");

			const owner = await sentc.login(name, PASSWORD, true);
			expect(owner.user_data.newest_key_id).toBe(newest_key_id);
			if (by === "the owner's device") expect(told).toMatchObject([{ key_id: thief.keyId }]);
			else expect(await rejection(owner.finishKeyRotation())).toMatchObject({ name: "KeyRotationUnfinished" });
			expect((await owner.getDevices()).map(({ device_id }) => device_id)).toContain(thief.id);

			await changePassword(name);
			const again = await sentc.login(name, NEW_PASSWORD, true);
			await again.deleteDevice(NEW_PASSWORD, thief.id);
			await rotateKeys(api, again);

			for (const tokens of [stolen, { ...thief.tokens, refresh_token: stolen.refresh_token }]) {
				expect(await refresh(tokens)).toMatchObject({ status: false });
			}
			await expect(login(thief.identifier, PASSWORD)).rejects.toThrow();
			const jwtOfDevice = send("GET", "/user/user_keys/rotation", undefined, thief.tokens.jwt);
			expect(await jwtOfDevice).toMatchObject({ status: false, err_code: 100 });
			const after = await bob.encryptString("only the owner reads this", user_id);
			expect(await again.decryptString(after)).toBe("only the owner reads this");
			expect(() => thief.read(after)).toThrow();
		},
	);

	it("can't go on with the stolen refresh token, nor with that of their device, once the password is changed", async () => {
		const { name, user, stolen } = await robbed();
		const thief = await takeOver(stolen, user.user_data, "their own device");
		for (const tokens of [stolen, thief.tokens]) expect(await refresh(tokens)).toMatchObject({ status: true });
		await changePassword(name);
		for (const tokens of [stolen, thief.tokens]) {
			expect(await refresh(tokens)).toMatchObject({ status: false, err_code: 114 });
		}
	});
});
