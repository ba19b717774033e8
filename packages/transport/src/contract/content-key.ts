import {
	answeredList,
	contentKeyRegisterDataSchema,
	encryptedContentKeySchema,
	idText,
} from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

/** A content key that the API knows from now on. */
export const contentKeyRegisteredSchema = object({ key_id: idText });
export type ContentKeyRegistered = z.infer<typeof contentKeyRegisteredSchema>;

/** Content keys, encrypted by a master key of which the API knows nothing but the id (protocol/http-api §10). */
export const contentKeyRoutes = {
	registerContentKey: route({
		method: "POST",
		path: "/keys/sym_key",
		option: "key_register",
		jwt: "valid",
		body: json(contentKeyRegisterDataSchema),
		result: envelope(contentKeyRegisteredSchema),
	}),

	deleteContentKey: route({
		method: "DELETE",
		path: "/keys/sym_key/:key_id",
		option: "key_register",
		jwt: "valid",
		result: success,
	}),

	contentKey: route({
		method: "GET",
		path: "/keys/sym_key/:key_id",
		option: "key_get",
		jwt: "none",
		result: envelope(encryptedContentKeySchema),
	}),

	listContentKeys: route({
		method: "GET",
		path: "/keys/sym_key/master_key/:master_key_id/:last_time/:last_id",
		option: "key_get",
		jwt: "none",
		result: envelope(answeredList(encryptedContentKeySchema)),
	}),
};
