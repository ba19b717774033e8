import { runs } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncryptionSuite } from "../../src/algorithms/types.js";
import { CryptoError } from "../../src/errors.js";
import { formatSignature, parseSignature } from "../../src/keys/halves.js";
import {
	formatMasterKeyEncryptionKey,
	type KeyCodec,
	parseMasterKeyEncryptionKey,
	privateKeys,
	publicKeys,
	searchableKeys,
	signKeys,
	sortableKeys,
	symmetricKeys,
	verifyKeys,
} from "../../src/keys/key-string.js";
import {
	formatExportedPublicKey,
	formatExportedVerifyKey,
	parseExportedPublicKey,
	parseExportedVerifyKey,
} from "../../src/keys/public-key.js";
import {
	encryptionSuites,
	searchableSuites,
	signatureSuites,
	sortableSuites,
	symmetricSuites,
} from "../../src/suites.js";
import { code } from "../expected.js";

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = fc.string({ unit: "binary" });
/** Long keys are slow to make up byte by byte, and their content doesn't matter here. */
const few = { numRuns: runs(10) };

describe("key strings", () => {
	function roundTrip<Suite>(codec: KeyCodec<Suite>, suite: Suite, length: number): void {
		fc.assert(
			fc.property(bytesOf(length), id, (bytes, keyId) => {
				const key = { suite, id: keyId, bytes };
				expect(codec.parse(codec.format(key))).toEqual(key);
			}),
			few,
		);
	}

	it.each([
		["symmetric", symmetricKeys, symmetricSuites],
		["searchable", searchableKeys, searchableSuites],
		["sortable", sortableKeys, sortableSuites],
	])("%s", (_, codec, suites) => {
		for (const suite of suites) roundTrip(codec, suite, suite.keyLength);
	});

	it.each([...encryptionSuites])("$id", (suite) => {
		roundTrip(privateKeys, suite, suite.secretKeyLength);
		roundTrip(publicKeys, suite, suite.publicKeyLength);
	});

	it.each([...signatureSuites])("$id", (suite) => {
		roundTrip(signKeys, suite, suite.secretKeyLength);
		roundTrip(verifyKeys, suite, suite.publicKeyLength);
	});

	it("of the derived master-key key", () => {
		const key = new Uint8Array(32).fill(7);
		expect(parseMasterKeyEncryptionKey(formatMasterKeyEncryptionKey(key))).toEqual(key);
		for (const text of ["", "{}", '{"Argon2":"!"}', '{"Argon2":1}']) {
			expect(() => parseMasterKeyEncryptionKey(text)).toThrow(code("MASTER_KEY_STRING_INVALID"));
		}
		expect(() => parseMasterKeyEncryptionKey('{"Argon2":"AAAA"}')).toThrow(code("KEY_LENGTH"));
	});

	const aes = `"Aes":{"key":"${"A".repeat(43)}=","key_id":"x"}`;
	it.each([
		["two variants", `{${aes},"Foo":{}}`],
		["a variant that is inherited", '{"constructor":{"key":"AAAA","key_id":"x"}}'],
		["a prototype as variant", '{"__proto__":{"key":"AAAA","key_id":"x"}}'],
		["a prototype with the members", `{"Aes":{"__proto__":{"key":"${"A".repeat(43)}=","key_id":"x"}}}`],
		["an array", `[${JSON.stringify({ key: "AAAA" })}]`],
		["null", "null"],
		["a variant that is null", '{"Aes":null}'],
		["a key of another kind", '{"Ope16":{"key":"AAAAAAAAAAAAAAAAAAAAAA==","key_id":"x"}}'],
	])("refuse %s", (_, text) => {
		expect(() => symmetricKeys.parse(text)).toThrow(code("KEY_STRING_INVALID"));
		expect(({} as Record<string, unknown>)["key"]).toBeUndefined();
	});

	it("errors don't quote the key", () => {
		const secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0IQ";
		for (const text of [`{"Aes":{"key":"${secret}","key_id":"x"}}`, `${secret} not json`]) {
			try {
				symmetricKeys.parse(text);
				expect.unreachable();
			} catch (error) {
				if (!(error instanceof CryptoError)) throw error;
				expect(`${error} ${error.stack} ${String(error.cause)}`).not.toContain(secret.slice(0, 8));
			}
		}
	});
});

/** Where not every byte string is a key, small coefficients are. */
const publicKeyOf = ({ isPublicKey, publicKeyLength }: EncryptionSuite): fc.Arbitrary<Uint8Array> =>
	bytesOf(publicKeyLength).map((bytes) => (isPublicKey ? bytes.map((byte) => byte & 0x77) : bytes));

describe("exported keys and signatures", () => {
	it.each([...encryptionSuites])("public key of $id", (suite) => {
		fc.assert(
			fc.property(publicKeyOf(suite), id, fc.option(fc.string()), (bytes, keyId, signature) => {
				const key = { suite, id: keyId, bytes };
				expect(parseExportedPublicKey(formatExportedPublicKey(key, signature))).toEqual({ key, signature });
			}),
			few,
		);
	});

	it.each([...signatureSuites])("verify key and signature of $id", (suite) => {
		fc.assert(
			fc.property(bytesOf(suite.publicKeyLength), bytesOf(suite.signatureLength), id, (bytes, signature, keyId) => {
				const key = { suite, id: keyId, bytes };
				expect(parseExportedVerifyKey(formatExportedVerifyKey(key))).toEqual(key);
				expect(parseSignature(suite, formatSignature(suite, signature))).toEqual(signature);
			}),
			few,
		);
	});
});
