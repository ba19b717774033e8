import * as z from "zod/mini";
import { byteStream, bytes, envelope, route } from "../src/contract/index.js";

/** Answers in the way that its path names. */
export const ping = route({
	method: "GET",
	path: "/ping/:way",
	option: "open",
	jwt: "none",
	result: envelope(z.string()),
});
export const download = route({
	method: "GET",
	path: "/download/:way",
	option: "open",
	jwt: "none",
	result: byteStream,
});
/** Answers what came. */
export const upload = route({
	method: "POST",
	path: "/upload",
	option: "open",
	jwt: "none",
	body: bytes(1000),
	result: envelope(z.string()),
});
