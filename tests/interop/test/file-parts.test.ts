import { createCrypto, type FilePartKey, type PreparedFile } from "@sentc-ts/core-crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadReference } from "../src/reference.js";
import { type PartServer, startPartServer } from "./part-server.js";
import { createWorld, statusOfCall } from "./world.js";

const crypto = createCrypto();
const reference = loadReference();
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const chunks = ["the first", "", "the last"].map(utf8);

type Upload = typeof reference.file_upload_part;

let server: PartServer;
let signer: { signKey: string; verifyKey: string };
beforeAll(async () => {
	server = await startPartServer();
	const world = await createWorld();
	const { user } = await world.signUp();
	signer = { signKey: user.getNewestSignKey(), verifyKey: user.user_data.user_keys[0]?.exported_verify_key ?? "" };
	await world.close();
});
afterAll(() => server.close());

/** A file of a group, registered by our package. */
function newFile(): PreparedFile & { masterKey: { symmetric: string } } {
	const symmetric = JSON.stringify({ Aes: { key: Buffer.alloc(32, 7).toString("base64"), key_id: "group-key" } });
	return { masterKey: { symmetric }, ...crypto.prepareFile({ masterKey: { symmetric }, fileName: "näme.txt" }) };
}

describe.each([
	["unsigned", (): undefined => {}],
	["signed", () => signer],
] as const)("parts of files, %s", (_, signerOf) => {
	it("made by the reference client are opened by our package", async () => {
		const { contentKey } = newFile();
		const { signKey, verifyKey } = signerOf() ?? {};
		let theirKey: string = contentKey;
		for (const [at, chunk] of chunks.entries()) {
			const upload: Upload = at === 0 ? reference.file_upload_part_start : reference.file_upload_part;
			const end = at === chunks.length - 1;
			theirKey = await upload(server.url, undefined, "token", "jwt", "session", end, at + 1, theirKey, signKey, chunk);
		}
		let key: FilePartKey = { contentKey };
		for (const [at, chunk] of chunks.entries()) {
			const data = server.parts.get(`${at + 1}`) ?? new Uint8Array();
			const opened = crypto.decryptFilePart({ key, data, ...(verifyKey ? { verifyKey } : {}) });
			expect(opened).toMatchObject({ data: chunk, signature: verifyKey ? "verified" : "none", position: "unmarked" });
			key = { partKey: opened.partKey };
		}
		expect(key).toEqual({ partKey: theirKey });
	});

	it("made by our package are opened by the reference client", async () => {
		const { contentKey } = newFile();
		const { signKey, verifyKey } = signerOf() ?? {};
		let key: FilePartKey = { contentKey };
		for (const [at, data] of chunks.entries()) {
			const isLast = at === chunks.length - 1;
			const { part, partKey } = crypto.encryptFilePart({ key, data, isLast, ...(signKey ? { signKey } : {}) });
			server.parts.set(`${at + 1}`, part);
			key = { partKey };
		}
		let theirKey = contentKey;
		for (const [at, chunk] of chunks.entries()) {
			const download =
				at === 0 ? reference.file_download_and_decrypt_file_part_start : reference.file_download_and_decrypt_file_part;
			const opened = await download(server.url, undefined, "token", `${at + 1}`, theirKey, verifyKey);
			theirKey = opened.get_next_file_key();
			expect(opened.get_file()).toEqual(chunk);
		}
		expect(key).toEqual({ partKey: theirKey });

		const repeated = () =>
			reference.file_download_and_decrypt_file_part(server.url, undefined, "token", "1", theirKey, verifyKey);
		expect(await statusOfCall(repeated)).toBe("client_14");
	});
});

describe("files", () => {
	it("are registered in the same form, and either client reads the other's name and key", () => {
		const { masterKey, contentKey, registration } = newFile();
		const { encrypted_key: encryptedKey, encrypted_file_name: encryptedFileName } = registration;
		const opened = reference.decrypt_sym_key(masterKey.symmetric, encryptedKey);
		expect(opened).toBe(crypto.openFile({ masterKey, encryptedKey }).contentKey);
		expect(reference.decrypt_string_symmetric(opened, encryptedFileName ?? "")).toBe("näme.txt");

		const prepare = reference.file_prepare_register_file;
		const theirs = prepare("group-key", contentKey, encryptedKey, undefined, '"None"', "näme.txt");
		const input = JSON.parse(theirs.get_server_input());
		expect({ ...input, encrypted_file_name: "" }).toEqual({ ...registration, encrypted_file_name: "" });
		expect(Object.keys(input)).toEqual(Object.keys(registration));
		expect(input.encrypted_file_name).toHaveLength(encryptedFileName?.length ?? 0);
		const name = crypto.openFile({ masterKey, encryptedKey, encryptedFileName: input.encrypted_file_name }).fileName;
		expect(name).toBe("näme.txt");
	});
});
