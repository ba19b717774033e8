import type { Client } from "@sentc-ts/transport";
import { type FilePartRegistered, fileRoutes } from "@sentc-ts/transport/contract";
import { done } from "./input.js";

/** Which part of which upload, as the SDK names it in the URL of its upload. */
export interface FilePartPlace {
	session_id: string;
	/** A number. */
	seq: string;
	/** `true` for the last part, else `false`. */
	end: string;
}

/** Files whose parts the own backend keeps (protocol/files §8). `createFileParts` makes endpoints of it. */
export interface Files {
	/**
	 * Tells the API of a part, before or after it is stored. Once more for the same part it answers the same id.
	 *
	 * @param userId who uploads: the own backend has to know
	 * @throws ApiError that the session has ended or is another user's, or that the files of the app are not at its own backend
	 */
	registerFilePart(userId: string, place: FilePartPlace): Promise<FilePartRegistered>;
	/** Takes that back, for a part that could not be stored: it may be uploaded again. An unknown one is no error. */
	dropFilePart(partId: string): Promise<void>;
}

export function files(client: Client): Files {
	return {
		registerFilePart: (user_id, { session_id, seq, end }) =>
			client.call(fileRoutes.registerFilePart, { params: { session_id, seq, end, user_id } }),
		dropFilePart: (part_id) => done(client.call(fileRoutes.deleteFilePart, { params: { part_id } })),
	};
}
