import type { Reference } from "../src/reference.js";

/** Which API the reference client talks to. */
export interface Connection {
	reference: Reference;
	url: string;
	token: string;
}

export interface ReferenceUserKey {
	private_key: string;
	public_key: string;
	group_key: string;
	group_key_id: string;
	/** Creation time, ms. */
	time: number;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_public_key_sig_key_id: string;
	exported_verify_key: string;
}

export interface OtpRegistration {
	secret: string;
	alg: string;
	recover: string[];
}

/** A second factor: a code, or a recovery key. */
export interface SecondFactor {
	token: string;
	recovery: boolean;
}

/** What the reference client needs to go on with a login. */
export interface PendingMfa {
	identifier: string;
	masterKey: string;
	authKey: string;
}

interface PendingRotation {
	pre_group_key_id: string;
	new_group_key_id: string;
	server_output: string;
}

type LoginResult = Awaited<ReturnType<Reference["login"] | Reference["mfa_login"]>>;

/** Keys in one request of the reference client. */
const PAGE = 50;

/**
 * One device that is logged in on the reference client. Requests that are not part of `sentc_wasm` (its JavaScript layer makes
 * them) are sent as docs/protocol/user-protocol.md says.
 */
export class ReferenceDevice {
	readonly id: string;
	readonly deviceId: string;
	readonly identifier: string;
	readonly password: string;
	readonly jwt: string;
	readonly refreshToken: string;
	readonly device: { privateKey: string; publicKey: string; signKey: string };
	/** The newest first. */
	readonly keys: ReferenceUserKey[];
	readonly connection: Connection;

	constructor(connection: Connection, identifier: string, password: string, login: LoginResult) {
		this.connection = connection;
		this.identifier = identifier;
		this.password = password;
		this.id = present(login.get_id());
		this.deviceId = present(login.get_device_id());
		this.jwt = present(login.get_jwt());
		this.refreshToken = present(login.get_refresh_token());
		this.device = {
			privateKey: present(login.get_device_private_key()),
			publicKey: present(login.get_device_public_key()),
			signKey: present(login.get_device_sign_key()),
		};
		this.keys = login.get_user_keys();
	}

	/** Sends a request with this device's JWT. @returns the answer as text */
	request(method: string, path: string, options: RequestOptions = {}): Promise<string> {
		return request(this.connection, method, path, { jwt: this.jwt, ...options });
	}

	/** Switches the second factor on. */
	async registerSecondFactor(jwt: string = this.jwt): Promise<OtpRegistration> {
		return resultOf(await this.request("PATCH", "/user/register_otp", { jwt }));
	}

	/** A JWT of a new login. */
	freshJwt(secondFactor?: SecondFactor): Promise<string> {
		const { reference, url, token } = this.connection;
		const { identifier, password } = this;
		return reference.get_fresh_jwt(url, token, identifier, password, secondFactor?.token, secondFactor?.recovery);
	}

	/** The user key with the id, as the API holds it for this device. */
	async fetchKey(id: string): Promise<ReferenceUserKey> {
		const answer = await this.request("GET", `/user/user_keys/key/${id}`);
		const key = this.connection.reference.done_fetch_user_key(this.device.privateKey, answer);
		return {
			private_key: key.get_private_key(),
			public_key: key.get_public_key(),
			group_key: key.get_group_key(),
			group_key_id: key.get_group_key_id(),
			time: Number(key.get_time()),
			sign_key: key.get_sign_key(),
			verify_key: key.get_verify_key(),
			exported_public_key: key.get_exported_public_key(),
			exported_public_key_sig_key_id: present(key.get_exported_public_key_sig_key_id()),
			exported_verify_key: key.get_exported_verify_key(),
		};
	}

	/** All pages of the list of this device's keys. */
	async listKeys(): Promise<{ group_key_id: string; time: number }[]> {
		const keys: { group_key_id: string; time: number }[] = [];
		let page: typeof keys;
		do {
			const last = keys.at(-1);
			const path = `/user/user_keys/keys/${last?.time ?? 0}/${last?.group_key_id ?? "none"}`;
			page = resultOf(await this.request("GET", path));
			keys.push(...page);
		} while (page.length > 0);
		return keys;
	}

	/** Starts a rotation of the user key. @returns the id of the new key, which is the newest now */
	async rotateKey(): Promise<string> {
		const { reference, url, token } = this.connection;
		const { publicKey } = this.device;
		const id = await reference.user_key_rotation(url, token, this.jwt, publicKey, newest(this.keys).group_key);
		this.keys.unshift(await this.fetchKey(id));
		return id;
	}

	/** What waits to be finished on this device, the oldest first. */
	async pendingRotations(): Promise<PendingRotation[]> {
		const { reference, url, token } = this.connection;
		return reference.user_pre_done_key_rotation(url, token, this.jwt);
	}

	async finishRotations(): Promise<void> {
		const { reference, url, token } = this.connection;
		const { publicKey, privateKey } = this.device;
		for (const { pre_group_key_id, new_group_key_id, server_output } of await this.pendingRotations()) {
			const { group_key } = await this.keyFor(pre_group_key_id);
			const { jwt } = this;
			await reference.user_finish_key_rotation(url, token, jwt, server_output, group_key, publicKey, privateKey);
			this.keys.unshift(await this.fetchKey(new_group_key_id));
		}
	}

	/** A key of this device; fetched when it does not have it yet. */
	async keyFor(id: string): Promise<ReferenceUserKey> {
		return this.keys.find(({ group_key_id }) => group_key_id === id) ?? this.fetchKey(id);
	}

	async decrypt(ciphertext: string): Promise<string> {
		const { reference } = this.connection;
		const { id } = reference.split_head_and_encrypted_string(ciphertext) as { id: string };
		return reference.decrypt_string_asymmetric((await this.keyFor(id)).private_key, ciphertext);
	}

	/**
	 * Lets a waiting device in and hands its keys over, in pages of 50.
	 *
	 * @param firstKey index of the first key of a page. Default: each key once, without gaps
	 * @returns whether the API opened a session for the later pages
	 */
	async registerDevice(waiting: string, firstKey = (page: number): number => page * PAGE): Promise<boolean> {
		const { reference, url, token } = this.connection;
		const count = this.keys.length;
		const keysOf = (page: number): string => {
			const start = firstKey(page);
			const keys = this.keys.slice(start, start + Math.min(PAGE, count - page * PAGE));
			return `[${keys.map(({ group_key }) => group_key).join(",")}]`;
		};
		const added = await reference.register_device(url, token, this.jwt, waiting, count, keysOf(0));
		const session = added.get_session_id();
		if (session === "") return false;
		const publicKey = added.get_public_key();
		for (let page = 1; page * PAGE < count; page++) {
			await reference.user_device_key_session_upload(url, token, this.jwt, session, publicKey, keysOf(page));
		}
		return true;
	}
}

/** Logs in without a second factor. */
export async function referenceLogin(
	connection: Connection,
	identifier: string,
	password: string,
): Promise<ReferenceDevice> {
	const { reference, url, token } = connection;
	const login = await reference.login(url, token, identifier, password);
	return new ReferenceDevice(connection, identifier, password, login);
}

/** Logs in to an account that has a second factor: as far as the password leads. */
export async function referenceLoginStart(
	{ reference, url, token }: Connection,
	identifier: string,
	password: string,
): Promise<PendingMfa> {
	const login = await reference.login(url, token, identifier, password);
	return { identifier, masterKey: present(login.get_mfa_master_key()), authKey: present(login.get_mfa_auth_key()) };
}

/** Goes on with a login. */
export async function referenceLoginFinish(
	connection: Connection,
	{ identifier, masterKey, authKey }: PendingMfa,
	password: string,
	{ token: code, recovery }: SecondFactor,
): Promise<ReferenceDevice> {
	const { reference, url, token } = connection;
	const login = await reference.mfa_login(url, token, masterKey, authKey, identifier, code, recovery);
	return new ReferenceDevice(connection, identifier, password, login);
}

export interface RequestOptions {
	body?: string;
	jwt?: string;
	/** Id of the group through which another one is reached. */
	via?: string | undefined;
}

/** Sends a request as the reference client's JavaScript layer does. @returns the answer as text */
export async function request(
	{ url, token }: Connection,
	method: string,
	path: string,
	{ body, jwt, via }: RequestOptions = {},
): Promise<string> {
	const response = await fetch(`${url}/api/v1${path}`, {
		method,
		headers: {
			"Content-Type": "application/json",
			"x-sentc-app-token": token,
			...(jwt !== undefined && { Authorization: `Bearer ${jwt}` }),
			...(via !== undefined && { "x-sentc-group-access-id": via }),
		},
		...(body !== undefined && { body }),
	});
	return response.text();
}

/** The result in an answer. @throws Error with the status `server_<code>` in its message, as the reference client throws it */
export function resultOf<Result>(answer: string): Result {
	const { status, result, err_code, err_msg } = JSON.parse(answer);
	if (status === true) return result;
	throw new Error(`{"status": "server_${err_code}", "error_message": "${err_msg}"}`);
}

/** The newest key of a list that can't be empty. */
export function newest<T>(keys: readonly T[]): T {
	const [key] = keys;
	return present(key);
}

function present<Value>(value: Value | undefined): Value {
	if (value === undefined) throw new Error("The reference client answered nothing");
	return value;
}
