import { type ClientOptions, rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";

const api = await startApi();
afterAll(() => api.close());

/** Every way to sign under a symmetric key. */
async function signers(options?: ClientOptions) {
	const { user } = await signUp(api, { ...options, worker: false });
	const group = await user.getGroup(await user.createGroup(true), undefined, 2);
	const [key] = await group.generateNonRegisteredKey();
	const [shared] = await user.generateNonRegisteredKey(user.user_data.user_id);
	const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
	const ways: [string, (text: string, sign: boolean) => unknown][] = [
		["group.encryptRaw", (text, sign) => group.encryptRaw(bytes(text), sign)],
		["group.encryptRawSync", (text, sign) => group.encryptRawSync(bytes(text), sign)],
		["group.encrypt", (text, sign) => group.encrypt(bytes(text), sign)],
		["group.encryptSync", (text, sign) => group.encryptSync(bytes(text), sign)],
		["group.encryptString", (text, sign) => group.encryptString(text, sign)],
		["group.encryptStringSync", (text, sign) => group.encryptStringSync(text, sign)],
		...[key, shared].flatMap((symKey, index): typeof ways => [
			[`key ${index}.encryptRaw`, (text, sign) => symKey.encryptRaw(bytes(text), sign)],
			[`key ${index}.encrypt`, (text, sign) => symKey.encrypt(bytes(text), sign)],
			[`key ${index}.encryptString`, (text, sign) => symKey.encryptString(text, sign)],
		]),
	];
	return { user, ways };
}

/** 4 bytes of UTF-8, whose ciphertext has the 32 bytes of a group key. */
const SHORT = "👍";

describe("a signed message of 4 bytes, which an API could pass off as a group key of the signer's,", () => {
	it("is refused by a strict instance", async () => {
		const { user, ways } = await signers();
		for (const [name, encrypt] of ways) {
			const refused = await rejection((async () => encrypt(SHORT, true))());
			expect(refused, name).toMatchObject({ name: "CryptoError", code: "SIGNED_CONTENT_LENGTH" });
			for (const text of ["abc", "abcde", "", "a longer text"]) {
				expect(await encrypt(text, true), name).toBeDefined();
			}
			expect(await encrypt(SHORT, false), name).toBeDefined();
		}
		const id = user.user_data.user_id;
		expect(await user.decryptString(await user.encryptString(SHORT, id, true), true, id)).toBe(SHORT);
	});

	it.each<[string, ClientOptions]>([
		["sign_short_content", { sign_short_content: true }],
		["signatures that nobody asks for", { require_signatures: false }],
	])("is signed with %s", async (_, options) => {
		for (const [name, encrypt] of (await signers(options)).ways) {
			expect(await encrypt(SHORT, true), name).toBeDefined();
		}
	});

	it("is refused without require_signatures when the app says so", async () => {
		const { ways } = await signers({ require_signatures: false, sign_short_content: false });
		for (const [name, encrypt] of ways) {
			const refused = await rejection((async () => encrypt(SHORT, true))());
			expect(refused, name).toMatchObject({ code: "SIGNED_CONTENT_LENGTH" });
		}
	});
});
