import { InvalidInput } from "@sentc-ts/core-crypto";
import { sessionSymKey } from "../content/sym-key.js";
import { checkId, checkText } from "../input.js";
import { type FileRequests, sessionOf } from "./access.js";
import { uploadRegistered } from "./create.js";
import { fractionOnly } from "./progress.js";
import { doneFileRegister, prepareFileOf, registerFile } from "./register.js";
import { CHUNK_SIZE, openSource } from "./source.js";
import type { FileSource } from "./types.js";

/** Uploads files by keys that the app made, as the reference SDK does it (protocol/sdk-api §8.6). `createFile` needs none of it. */
export class Uploader {
	/**
	 * Set to `true`, the next upload that was begun without options stops after its current parts, without an error. `signal` in the
	 * options ends one alone.
	 */
	static cancel_upload: boolean = false;

	readonly #access: FileRequests;
	readonly #replyId: string;
	readonly #progress: ((fraction: number) => void) | undefined;
	readonly #chunkSize: number;

	/**
	 * @param base_url, app_token those of the user
	 * @param group_id the group that the files belong to
	 * @param other_user_id without a group: the user they are for
	 * @param progress told above 0 and up to 1
	 * @param group_as_member id of the group through which the user reaches `group_id`
	 * @param chunk_size bytes, 4 MiB at most where the API keeps the parts
	 * @throws InvalidInput naming the parameter
	 */
	constructor(
		base_url: string,
		app_token: string,
		user: object,
		group_id?: string,
		other_user_id?: string,
		progress?: (fraction: number) => void,
		group_as_member?: string,
		chunk_size: number = CHUNK_SIZE,
	) {
		this.#access = requestsOf(base_url, app_token, user, group_id, group_as_member);
		if (other_user_id !== undefined) checkText("other_user_id", other_user_id);
		this.#replyId = other_user_id ?? "";
		this.#progress = progress;
		this.#chunkSize = chunk_size;
	}

	/**
	 * Body of `POST /file`, or of a group `POST /group/:id/file`.
	 *
	 * @param file its name is encrypted
	 * @param key key string
	 * @param wrapped the key as it was encrypted by `master_key_id`
	 * @returns the body, and the encrypted name, which is empty for a file without one
	 */
	prepareFileRegister(file: FileSource, key: string, wrapped: string, master_key_id: string): [string, string] {
		checkId("key", key);
		const { session, groupId } = this.#access;
		const symKey = sessionSymKey(session, key, master_key_id);
		return prepareFileOf(symKey, openSource(file).name, wrapped, { groupId, reply_id: this.#replyId });
	}

	/** Reads the answer of the API. @returns id of the file, and of the session in which its parts are uploaded */
	doneFileRegister(server_output: string): [string, string] {
		return doneFileRegister(server_output);
	}

	/** Uploads the parts. @param key key string @param sign sign each part */
	async checkFileUpload(file: FileSource, key: string, session_id: string, sign = false): Promise<void> {
		await this.#upload(file, key, session_id, sign);
	}

	/** Registers a file and uploads it. @returns its id, and the encrypted name */
	async uploadFile(
		file: FileSource,
		key: string,
		wrapped: string,
		master_key_id: string,
		sign = false,
	): Promise<[string, string]> {
		const [body, encrypted_file_name] = this.prepareFileRegister(file, key, wrapped, master_key_id);
		const [file_id, session_id] = await registerFile(this.#access, body);
		await this.#upload(file, key, session_id, sign, file_id);
		return [file_id, encrypted_file_name];
	}

	async #upload(file: FileSource, key: string, session_id: string, sign: boolean, file_id?: string): Promise<void> {
		checkId("key", key);
		await uploadRegistered(this.#access.session, file, { key }, session_id, {
			...{ sign, file_id, cancelled: cancelledUpload(), chunk_size: this.#chunkSize },
			on_progress: fractionOnly(this.#progress),
		});
	}
}

/** Whether {@link Uploader.cancel_upload} was set since now; asking sets it back. */
export function cancelledUpload(): () => boolean {
	Uploader.cancel_upload = false;
	return () => {
		const cancelled = Uploader.cancel_upload;
		Uploader.cancel_upload = false;
		return cancelled;
	};
}

/** @throws InvalidInput naming the parameter */
export function requestsOf(
	base_url: string,
	app_token: string,
	user: object,
	group_id: string | undefined,
	group_as_member: string | undefined,
): FileRequests {
	const session = sessionOf(user);
	const { baseUrl, appToken } = session.context.client;
	if (base_url !== baseUrl) throw new InvalidInput("base_url", "must be that of the user");
	if (app_token !== appToken) throw new InvalidInput("app_token", "must be that of the user");
	if (group_id !== undefined) checkText("group_id", group_id);
	if (group_as_member !== undefined) checkText("group_as_member", group_as_member);
	return {
		session,
		groupId: group_id || undefined,
		request: async () => ({ jwt: await session.getJwt(), groupAccessId: group_as_member || undefined }),
	};
}
