import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { packName, packNote, unpackName, unpackNote, WrongContent } from "../src/page/client/content.js";
import { digitGroups } from "../src/page/client/safety-number.js";
import { readRoute } from "../src/page/route.js";

describe("the plaintext of a note", () => {
	const state = { note_id: "a".repeat(32), version: 2 };
	const [signer_id, verify_key_id] = ["ada", "2"];
	const file = {
		file_id: "1",
		name: "map.png",
		size: 7,
		type: "image/png",
		sealed_key: "{}",
		signer_id,
		verify_key_id,
	};
	const draft = { title: "Packing list", text: "Tickets", files: [file] };

	it("comes back", () => {
		expect(unpackNote(packNote(state, draft), state)).toEqual(draft);
	});

	it("is refused in the place of another note, of another version, or in another form", () => {
		const packed = packNote(state, draft);
		expect(() => unpackNote(packed, { ...state, note_id: "b".repeat(32) })).toThrow(WrongContent);
		expect(() => unpackNote(packed, { ...state, version: 3 })).toThrow(WrongContent);
		for (const other of [
			{ title: 1 },
			{ files: undefined },
			{ files: {} },
			{ files: [null] },
			{ files: Array(11).fill(file) },
			{ files: [{ ...file, size: "7" }] },
			{ files: [{ ...file, name: "n".repeat(201) }] },
			{ files: [{ ...file, signer_id: undefined }] },
			{ files: [{ ...file, verify_key_id: undefined }] },
		]) {
			expect(() => unpackNote(JSON.stringify({ ...state, ...draft, ...other }), state)).toThrow(WrongContent);
		}
		for (const other of ["", "null", "7", "a note"]) expect(() => unpackNote(other, state)).toThrow(WrongContent);
	});

	it("is no name of a notebook, and a name is no note", () => {
		expect(unpackName(packName("Trip to Lisbon"))).toBe("Trip to Lisbon");
		for (const other of [packNote(state, draft), "Trip to Lisbon", "null", '{"name":1}']) {
			expect(() => unpackName(other)).toThrow(WrongContent);
		}
		expect(() => unpackNote(packName("Trip to Lisbon"), state)).toThrow(WrongContent);
	});
});

describe("the digits of a safety number", () => {
	const numberOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

	it("are sixteen groups of five, and hold every bit", () => {
		for (const text of ["a", "b", "c"]) {
			const groups = digitGroups(numberOf(text));
			expect(groups).toHaveLength(16);
			const hex = BigInt(groups.join("")).toString(16).padStart(64, "0");
			expect(Buffer.from(hex, "hex").toString("base64url")).toBe(numberOf(text));
		}
	});

	it("keep leading zeros", () => {
		const number = Buffer.alloc(32, 0).fill(1, 31).toString("base64url");
		expect(digitGroups(number).join("")).toBe("1".padStart(80, "0"));
	});
});

it("an address names a screen, and what it is about", () => {
	expect(readRoute("#/notebook/7")).toEqual({ view: "notebook", id: "7" });
	expect(readRoute("#/notebook/7/members")).toEqual({ view: "members", id: "7" });
	expect(readRoute("#/join/7/ada")).toEqual({ view: "join", groupId: "7", inviterId: "ada" });
	expect(readRoute("#/devices")).toEqual({ view: "devices" });
	for (const other of ["", "#", "#/", "#/notebook", "#/join/7", "#/nowhere"]) {
		expect(readRoute(other)).toEqual({ view: "home" });
	}
});
