import { randomBytes } from "node:crypto";
import type { FileRegisterData } from "@sentc-ts/core-crypto/wire";
import { APP_TOKEN_HEADER, fileRoutes, type Params, type Route, routePath } from "@sentc-ts/transport/contract";
import { type Answer, type CallInput, call, readAnswer, result, type Target } from "./api.js";
import type { Session } from "./client.js";

/** What the API never looks into. */
const DATA: FileRegisterData = {
	encrypted_key: "{}",
	encrypted_key_alg: "AES-GCM-256",
	master_key_id: "key",
	belongs_to_id: null,
	belongs_to_type: "None",
	encrypted_file_name: "name",
};

export const fileOf = (changes: Partial<FileRegisterData> = {}): FileRegisterData => ({ ...DATA, ...changes });

export const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));

/** Whose file, and in which upload. */
export interface Upload {
	readonly file_id: string;
	readonly session_id: string;
}

export function register(
	server: Target,
	{ jwt }: Pick<Session, "jwt">,
	changes: Partial<FileRegisterData> = {},
	groupId?: string,
	through?: string,
): Promise<Upload> {
	const body = fileOf(changes);
	if (groupId === undefined) return result(call(server, fileRoutes.registerFile, { jwt, body }));
	const params = { group_id: groupId };
	const input = { jwt, body, params, ...(through !== undefined && { through }) };
	return result(call(server, fileRoutes.registerGroupFile, input));
}

/** Uploads one part. */
export async function upload(
	{ api, app }: Target,
	{ jwt }: Pick<Session, "jwt">,
	{ session_id }: Pick<Upload, "session_id">,
	[seq, end]: readonly [number | string, boolean | string],
	body: BodyInit,
	headers: Record<string, string> = {},
): Promise<Answer<string>> {
	const route = fileRoutes.uploadFilePart;
	const path = routePath(route, { session_id, seq: String(seq), end: String(end) });
	const request = new Request(`http://api.test${path}`, {
		method: route.method,
		headers: {
			[APP_TOKEN_HEADER]: app.publicToken,
			Authorization: `Bearer ${jwt}`,
			"Content-Type": "application/json",
			...headers,
		},
		body,
		duplex: "half",
	} as RequestInit);
	return readAnswer(await api.fetch(request), route);
}

/** A new file with these parts, the last of which ends the upload. */
export async function newFile(
	server: Target,
	user: Pick<Session, "jwt">,
	parts: readonly Uint8Array<ArrayBuffer>[] = [bytes(100)],
	changes: Partial<FileRegisterData> = {},
	groupId?: string,
): Promise<Upload> {
	const registered = await register(server, user, changes, groupId);
	for (const [index, part] of parts.entries()) {
		await result(upload(server, user, registered, [index + 1, index + 1 === parts.length], part));
	}
	return registered;
}

export const readFile = (server: Target, file_id: string, input: Omit<CallInput<Route>, "params"> = {}) =>
	call(server, fileRoutes.file, { ...input, params: { file_id } });

export const readGroupFile = (
	server: Target,
	group_id: string,
	file_id: string,
	input: Omit<CallInput<Route>, "params"> = {},
) => call(server, fileRoutes.groupFile, { ...input, params: { group_id, file_id } });

export const listParts = (server: Target, file_id: string, last: number | string, jwt?: string) =>
	call(server, fileRoutes.listFileParts, { jwt, params: { file_id, last_sequence: String(last) } });

export const remove = (server: Target, { jwt }: Pick<Session, "jwt">, file_id: string, group_id?: string) =>
	group_id === undefined
		? call(server, fileRoutes.deleteFile, { jwt, params: { file_id } })
		: call(server, fileRoutes.deleteGroupFile, { jwt, params: { group_id, file_id } });

/** Downloads one part: its bytes, or the refusal. */
export async function download(
	{ api, app }: Target,
	part_id: string,
	jwt?: string,
	token: string = app.publicToken,
): Promise<Buffer | Answer<never>> {
	const route = fileRoutes.downloadFilePart;
	const path = routePath(route, { part_id } as Params<typeof route>);
	const headers = { [APP_TOKEN_HEADER]: token, ...(jwt !== undefined && { Authorization: `Bearer ${jwt}` }) };
	const response = await api.fetch(new Request(`http://api.test${path}`, { headers }));
	if (response.status !== 200)
		return readAnswer(response, { ...route, result: { kind: "bytes" } }) as Promise<Answer<never>>;
	return Buffer.from(await response.arrayBuffer());
}

/** All bytes of a file, as a client reads it. */
export async function content(server: Target, file_id: string, input: Omit<CallInput<Route>, "params"> = {}) {
	const { part_list } = await result(readFile(server, file_id, input));
	const parts: Buffer[] = [];
	for (const { part_id } of part_list) parts.push((await download(server, part_id)) as Buffer);
	return Buffer.concat(parts);
}
