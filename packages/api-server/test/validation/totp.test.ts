import { Secret } from "otpauth";
import { describe, expect, it } from "vitest";
import { randomSecret, stepOf } from "../../src/domain/user/totp.js";

const SECRET = Secret.fromLatin1("12345678901234567890123456789012").base32;

describe("a one-time password", () => {
	// RFC 6238, appendix B, SHA-256; of its eight digits the last six are the code of six digits.
	it.each([
		[59, "46119246"],
		[1_111_111_109, "68084774"],
		[1_111_111_111, "67062674"],
		[1_234_567_890, "91819424"],
		[2_000_000_000, "90698825"],
		[20_000_000_000, "77737706"],
	])("is that of the RFC at %i s, one step before and one after", (seconds, code) => {
		const step = Math.floor(seconds / 30);
		for (const offset of [-1, 0, 1]) {
			expect(stepOf(SECRET, code.slice(2), (seconds + 30 * offset) * 1000)).toBe(step);
		}
		for (const offset of [-2, 2]) {
			expect(stepOf(SECRET, code.slice(2), (seconds + 30 * offset) * 1000)).toBeUndefined();
		}
	});

	it.each(["", "11924", "1192466", " 119246", "119 246", "１１９２４６", "11924６", "-19246", "1.9246", "119246\n"])(
		"is not %j",
		(code) => {
			expect(stepOf(SECRET, code, 59_000)).toBeUndefined();
		},
	);

	it("comes from 32 bytes, written as 52 characters of base32", () => {
		const secrets = [randomSecret(), randomSecret()];
		for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{52}$/);
		expect(secrets[0]).not.toBe(secrets[1]);
	});
});
