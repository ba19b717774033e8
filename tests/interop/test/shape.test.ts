import { createCrypto } from "@sentc-ts/core-crypto";
import { describe, expect, it } from "vitest";
import { loadReference } from "../src/reference.js";

const reference = loadReference();
const crypto = createCrypto();

/** Members in their order, and of each value what doesn't depend on chance: type, text form, length. */
function shapeOf(value: unknown): unknown {
	if (typeof value === "string" && value.startsWith("{")) return { json: shapeOf(JSON.parse(value)) };
	if (typeof value === "string") return value.length > 30 ? `${value.length} characters` : value;
	if (typeof value !== "object" || value === null) return value;
	return Object.entries(value).map(([name, member]) => [name, shapeOf(member)]);
}

/** The only short value that is random. */
const withoutRandom = (body: string): unknown =>
	shapeOf(
		JSON.parse(body.replace(/"(client_random_value|hashed_authentication_key)":"[^"]{24}"/g, '"$1":"24 characters"')),
	);

describe("bodies have the shape the reference client sends", () => {
	const credentials = { identifier: "ada", password: "password" };

	it("register", () => {
		const theirs = reference.prepare_register("ada", "password");
		expect(withoutRandom(JSON.stringify(crypto.prepareRegister(credentials)))).toEqual(withoutRandom(theirs));
	});

	it("device registration", () => {
		const theirs = reference.prepare_register_device_start("ada", "password");
		expect(withoutRandom(JSON.stringify(crypto.prepareRegisterDevice(credentials)))).toEqual(withoutRandom(theirs));
	});
});
