import { fileRoutes } from "@sentc-ts/transport/contract";
import type { SymKey } from "../content/sym-key.js";
import { checkId, checkText } from "../input.js";
import type { Session } from "../session/session.js";
import type { FileAccess } from "./access.js";
import { forgetUpload } from "./journal.js";

/** Deletes the file and forgets its upload, if it was one of this device. */
export async function deleteFile(access: FileAccess, file_id: string): Promise<void> {
	checkId("file_id", file_id);
	const { groupId, session } = access;
	const { client } = session.context;
	await forgetUpload(session, file_id);
	const request = await access.request();
	if (groupId === undefined) await client.call(fileRoutes.deleteFile, { ...request, params: { file_id } });
	else await client.call(fileRoutes.deleteGroupFile, { ...request, params: { group_id: groupId, file_id } });
}

/** @param name `undefined`: the file has none */
export async function renameFile(
	session: Session,
	file_id: string,
	key: Pick<SymKey, "key">,
	name: string | undefined,
): Promise<void> {
	checkId("file_id", file_id);
	if (name !== undefined) checkText("name", name);
	const { backend, client } = session.context;
	const encrypted_file_name =
		name === undefined ? null : await backend.encryptString({ key: { symmetric: key.key }, text: name });
	const jwt = await session.getJwt();
	await client.call(fileRoutes.renameFile, { jwt, params: { file_id }, body: { encrypted_file_name } });
}
