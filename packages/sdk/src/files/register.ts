import type { EncryptionKey } from "@sentc-ts/core-crypto";
import { encryptedContentKeySchema, type FileRegisterData } from "@sentc-ts/core-crypto/wire";
import { readEnvelope } from "@sentc-ts/transport";
import { fileRoutes } from "@sentc-ts/transport/contract";
import { type SymKey, sessionSymKey } from "../content/sym-key.js";
import { checkId, checkText } from "../input.js";
import type { FileAccess, FileRequests } from "./access.js";
import type { FilePrepareCreateOutput } from "./types.js";

/**
 * A new file for an own backend: its key, encrypted for who can read it, and its name.
 *
 * @param reply_id user id of the receiver; empty: the user alone, or the group
 */
export async function prepareFile(
	access: FileAccess,
	fileName: string | undefined,
	reply_id: string,
): Promise<FilePrepareCreateOutput> {
	checkText("reply_id", reply_id);
	const { session } = access;
	session.assertLoggedIn();
	const masterKey: EncryptionKey = await access.masterKey(reply_id);
	const belongsTo = relation(access.groupId, reply_id);
	const prepared = await session.context.backend.prepareFile({ masterKey, fileName, belongsTo });
	const { encrypted_file_name, master_key_id } = prepared.registration;
	return {
		server_input: JSON.stringify(prepared.registration),
		master_key_id,
		encrypted_file_name: encrypted_file_name ?? "",
		key: sessionSymKey(session, prepared.contentKey, master_key_id),
	};
}

/** The same of a key that the app made, as the reference's `Uploader` does it. @returns the body, and the encrypted name */
export function prepareFileOf(
	key: SymKey,
	fileName: string | undefined,
	wrapped: string,
	{ groupId, reply_id }: { groupId: string | undefined; reply_id: string },
): [string, string] {
	checkId("wrapped", wrapped);
	const { alg } = encryptedContentKeySchema.parse(JSON.parse(wrapped));
	const belongsTo = relation(groupId, reply_id);
	const encrypted_file_name = fileName === undefined ? null : key.encryptString(fileName);
	const registration: FileRegisterData = {
		encrypted_key: wrapped,
		encrypted_key_alg: alg,
		master_key_id: key.master_key_id,
		belongs_to_id: belongsTo?.id ?? null,
		belongs_to_type: belongsTo?.type ?? "None",
		encrypted_file_name,
	};
	return [JSON.stringify(registration), encrypted_file_name ?? ""];
}

/** @returns id of the file, and of the session in which its parts are uploaded */
export function doneFileRegister(server_output: string): [string, string] {
	const { file_id, session_id } = readEnvelope(server_output, fileRoutes.registerFile.result);
	return [file_id, session_id];
}

/** @param body what {@link prepareFile} made */
export async function registerFile(
	{ session, groupId, request }: FileRequests,
	body: string,
	signal?: AbortSignal,
): Promise<[string, string]> {
	const { client } = session.context;
	const asked = { ...(await request()), body, signal };
	return doneFileRegister(
		groupId === undefined
			? await client.forward(fileRoutes.registerFile, asked)
			: await client.forward(fileRoutes.registerGroupFile, { ...asked, params: { group_id: groupId } }),
	);
}

function relation(groupId: string | undefined, reply_id: string): { type: "Group" | "User"; id: string } | undefined {
	if (groupId !== undefined) return { type: "Group", id: groupId };
	return reply_id === "" ? undefined : { type: "User", id: reply_id };
}
