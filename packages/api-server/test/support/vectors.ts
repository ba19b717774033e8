import { readFileSync } from "node:fs";
import type { GroupCreateData, RegisterData } from "@sentc-ts/core-crypto/wire";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));

/** A registration as the reference client sends it. */
export function recordedRegistration(): RegisterData {
	return JSON.parse(read("register.json").prepare_register_output);
}

/** Group creations as the reference client sends them. */
export function recordedGroups(): { signed: GroupCreateData; unsigned: GroupCreateData } {
	const { request_body_signed, request_body_unsigned } = read("create_group.json");
	const parse = (body: unknown) => (typeof body === "string" ? JSON.parse(body) : body);
	return { signed: parse(request_body_signed), unsigned: parse(request_body_unsigned) };
}
