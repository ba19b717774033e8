import {
	fileDataSchema,
	fileNameDataSchema,
	filePartListSchema,
	fileRegisterDataSchema,
	idText,
} from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { SERVER_ERRORS } from "./error-codes.js";
import { byteStream, bytes, envelope, json, object, route, success } from "./route.js";

/** Most bytes of an encrypted part (protocol/files §7.3). */
export const MAX_FILE_PART_BYTES = 5_242_880;

/** A file that was registered, and the session in which its parts are uploaded. */
export const fileRegisteredSchema = object({ file_id: idText, session_id: idText });
export type FileRegistered = z.infer<typeof fileRegisteredSchema>;

/** A part that an own storage keeps, as the API knows it. */
export const filePartRegisteredSchema = object({ part_id: idText });
export type FilePartRegistered = z.infer<typeof filePartRegisteredSchema>;

/** The twelve routes of files (protocol/files §5.1). */
export const fileRoutes = {
	registerFile: route({
		method: "POST",
		path: "/file",
		option: "file_register",
		jwt: "valid",
		body: json(fileRegisterDataSchema),
		result: envelope(fileRegisteredSchema),
	}),

	registerGroupFile: route({
		method: "POST",
		path: "/group/:group_id/file",
		option: "file_register",
		jwt: "valid",
		groupAccess: true,
		body: json(fileRegisterDataSchema),
		result: envelope(fileRegisteredSchema),
	}),

	/**
	 * `seq` is a number, `end` is `true` for the last part and else `false`. Our API takes the same part again as done, which the
	 * reference's doesn't: it would list both.
	 */
	uploadFilePart: route({
		method: "POST",
		path: "/file/part/:session_id/:seq/:end",
		option: "file_part_upload",
		jwt: "expired-allowed",
		body: bytes(MAX_FILE_PART_BYTES, SERVER_ERRORS.FILE_PART_TOO_LARGE),
		result: success,
	}),

	/** For an own backend that keeps the parts itself (protocol/files §8.2). */
	registerFilePart: route({
		method: "PATCH",
		path: "/file/part/:session_id/:seq/:end/:user_id",
		option: "secret",
		jwt: "none",
		result: envelope(filePartRegisteredSchema),
	}),

	/** For an own backend that could not keep a part. */
	deleteFilePart: route({
		method: "DELETE",
		path: "/file/part/:part_id",
		option: "secret",
		jwt: "none",
		result: success,
	}),

	/** A file of nobody, or of the caller. */
	file: route({
		method: "GET",
		path: "/file/:file_id",
		option: "file_get",
		jwt: "optional",
		result: envelope(fileDataSchema),
	}),

	groupFile: route({
		method: "GET",
		path: "/group/:group_id/file/:file_id",
		option: "file_get",
		jwt: "valid",
		groupAccess: true,
		result: envelope(fileDataSchema),
	}),

	/**
	 * The parts after `last_sequence`, 0 for the first page. After the last part our API answers an empty page, the reference's
	 * `FILE_NOT_FOUND`.
	 */
	listFileParts: route({
		method: "GET",
		path: "/file/:file_id/part_fetch/:last_sequence",
		option: "file_get",
		jwt: "optional",
		result: envelope(filePartListSchema),
	}),

	downloadFilePart: route({
		method: "GET",
		path: "/file/part/:part_id",
		option: "file_part_download",
		jwt: "optional",
		result: byteStream,
	}),

	renameFile: route({
		method: "PUT",
		path: "/file/:file_id",
		option: "file_register",
		jwt: "valid",
		body: json(fileNameDataSchema),
		result: success,
	}),

	deleteFile: route({
		method: "DELETE",
		path: "/file/:file_id",
		option: "file_delete",
		jwt: "valid",
		result: success,
	}),

	deleteGroupFile: route({
		method: "DELETE",
		path: "/group/:group_id/file/:file_id",
		option: "file_delete",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),
};
