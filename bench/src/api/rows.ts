import { createCrypto, type LoginKeys, type SyncCrypto } from "@sentc-ts/core-crypto";
import type { DoneLogin, GroupCreateData, RegisterData } from "@sentc-ts/core-crypto/wire";
import {
	APP_TOKEN_HEADER,
	type BodyOf,
	deviceRoutes,
	groupRoutes,
	loginRoutes,
	type Params,
	type Route,
	routePath,
	sessionRoutes,
	userRoutes,
	type VerifyLoginResult,
} from "@sentc-ts/transport/contract";
import { createAccount } from "../operations/account.js";
import type { HttpRequest } from "./connections.js";

/** One kind of request. */
export interface ApiRow {
	readonly name: string;
	/** How many are measured; as many as a fifth of that come before, to warm up. */
	readonly count: number;
	/** What has to be sent before. */
	before?(): HttpRequest[];
	requests(count: number): HttpRequest[];
	/** Are they refused, as they should be? */
	readonly refused?: boolean;
	/** Gets what they answered, in order. */
	answered?(results: readonly unknown[]): void;
}

/** Somebody who is logged in. */
interface Member {
	readonly userId: string;
	readonly jwt: string;
	readonly refreshToken: string;
	groupId: string;
}

const PASSWORD = "correct horse battery staple";
/** Groups of the one whose list is asked for. */
const LISTED = 200;

/** Accounts that all have the same keys: a server compares none, and they are made once. */
export interface Template {
	readonly crypto: SyncCrypto;
	readonly registration: RegisterData;
	readonly loginKeys: LoginKeys;
	readonly group: GroupCreateData;
}

export function createTemplate(): Template {
	const crypto = createCrypto();
	const registration = crypto.prepareRegister({ identifier: "", password: PASSWORD });
	const { derived } = registration.device;
	const loginKeys = crypto.deriveLoginKeys({
		password: PASSWORD,
		prepareLogin: {
			salt_string: crypto.createSalt({ clientRandomValue: derived.client_random_value, addString: "" }),
			derived_encryption_key_alg: derived.derived_alg,
		},
	});
	const group = crypto.prepareGroup({ creatorPublicKey: createAccount(crypto).user.publicKey });
	return { crypto, registration, loginKeys, group };
}

/**
 * The rows, in the order in which they have to run: later ones use what earlier ones have made.
 *
 * @param scale of the counts
 */
export function apiRows(
	{ crypto, registration, loginKeys, group }: Template,
	appToken: string,
	scale: number,
): ApiRow[] {
	const size = (count: number): number => Math.max(10, Math.round(count * scale));
	const users: string[] = [];
	const proofs: BodyOf<typeof loginRoutes.verifyLogin>[] = [];
	const members: Member[] = [];

	const request = <R extends Route>(
		route: R,
		{ params, body, jwt }: { params?: Params<R>; body?: BodyOf<R>; jwt?: string | undefined } = {},
	): HttpRequest => ({
		method: route.method,
		path: routePath(route, params ?? ({} as Params<R>)),
		headers: { [APP_TOKEN_HEADER]: appToken, ...(jwt !== undefined && { Authorization: `Bearer ${jwt}` }) },
		body,
	});
	const many = (count: number, make: (index: number) => HttpRequest): HttpRequest[] =>
		Array.from({ length: count }, (_, index) => make(index));
	const turn = <Item>(items: readonly Item[], index: number): Item => {
		const item = items[index % items.length];
		if (item === undefined) throw new Error("A row ran before the one that it needs");
		return item;
	};
	let registered = 0;
	let begun = 0;
	let ended = 0;
	const proofOf = (identifier: string) => ({ auth_key: loginKeys.authKey, device_identifier: identifier });
	const accounts = size(160);
	return [
		{
			name: "register",
			count: accounts,
			requests: (count) =>
				many(count, () => {
					const device = { ...registration.device, device_identifier: `user ${registered++}` };
					return request(userRoutes.register, { body: { ...registration, device } });
				}),
			answered: (results) =>
				users.push(...results.map((result) => (result as { device_identifier: string }).device_identifier)),
		},
		{
			name: "exists",
			count: size(800),
			requests: (count) =>
				many(count, (index) => request(userRoutes.exists, { body: { user_identifier: turn(users, index) } })),
		},
		{
			name: "prepare_login",
			count: size(800),
			requests: (count) =>
				many(count, (index) => request(loginRoutes.prepareLogin, { body: { user_identifier: turn(users, index) } })),
		},
		{
			name: "done_login",
			count: accounts,
			requests: (count) => many(count, () => request(loginRoutes.doneLogin, { body: proofOf(turn(users, begun++)) })),
			answered(results) {
				for (const result of results) {
					const doneLogin = (result as { Direct: DoneLogin }).Direct;
					const { masterKeyEncryptionKey } = loginKeys;
					const { challenge } = crypto.openDevice({ masterKeyEncryptionKey, doneLogin });
					proofs.push({ ...proofOf(turn(users, proofs.length)), challenge });
				}
			},
		},
		{
			name: "verify_login",
			count: accounts,
			requests: (count) => many(count, () => request(loginRoutes.verifyLogin, { body: turn(proofs, ended++) })),
			answered(results) {
				for (const { jwt, refresh_token } of results as VerifyLoginResult[]) {
					const claims = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
					members.push({ userId: claims.aud, jwt, refreshToken: refresh_token, groupId: "" });
				}
			},
		},
		{
			name: "done_login, wrong password",
			count: size(800),
			refused: true,
			requests: (count) =>
				many(count, (index) =>
					request(loginRoutes.doneLogin, {
						body: { ...proofOf(turn(users, index)), auth_key: Buffer.alloc(32, 1).toString("base64") },
					}),
				),
		},
		{
			name: "public key of a user",
			count: size(800),
			requests: (count) =>
				many(count, (index) => request(userRoutes.userPublicKey, { params: { user_id: turn(members, index).userId } })),
		},
		{
			name: "JWT refresh",
			count: size(300),
			requests: (count) =>
				many(count, (index) => {
					const { jwt, refreshToken } = turn(members, index);
					return request(sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken } });
				}),
		},
		{
			name: "group create",
			count: size(300),
			requests: (count) =>
				many(count, (index) => request(groupRoutes.createGroup, { jwt: turn(members, index).jwt, body: group })),
			answered(results) {
				for (const [index, result] of results.entries()) {
					turn(members, index).groupId = (result as { group_id: string }).group_id;
				}
			},
		},
		{
			name: "group fetch",
			count: size(500),
			requests: (count) =>
				many(count, (index) => {
					const { jwt, groupId } = turn(members, index);
					return request(groupRoutes.getGroup, { jwt, params: { group_id: groupId } });
				}),
		},
		{
			name: `group list (50 of ${LISTED})`,
			count: size(500),
			before: () => many(LISTED, () => request(groupRoutes.createGroup, { jwt: turn(members, 0).jwt, body: group })),
			requests: (count) =>
				many(count, () =>
					request(groupRoutes.listGroups, { jwt: turn(members, 0).jwt, params: { last_time: "0", last_id: "none" } }),
				),
		},
		{
			name: "device list",
			count: size(800),
			requests: (count) =>
				many(count, (index) =>
					request(deviceRoutes.listDevices, {
						jwt: turn(members, index).jwt,
						params: { last_time: "0", last_id: "none" },
					}),
				),
		},
	];
}
