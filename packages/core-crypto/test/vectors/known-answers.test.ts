import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/index.js";
import { fromHex, toHex, utf8 } from "../bytes.js";
import { providers } from "../support.js";

describe.each(providers)("%s", (_, primitives) => {
	it("SHA-256 (FIPS 180-4, example abc)", () => {
		expect(toHex(primitives.sha256(utf8("abc")))).toBe(
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		);
	});

	it("HKDF-SHA-256 without salt (RFC 5869 A.3)", () => {
		const output = primitives.hkdfSha256(fromHex("0b".repeat(22)), new Uint8Array(), 42);
		expect(toHex(output)).toBe("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	});

	it.each([
		["13", "00".repeat(32), "00".repeat(12), "", "", "530f8afbc74536b9a963b4f1c4cb738b"],
		[
			"14",
			"00".repeat(32),
			"00".repeat(12),
			"00".repeat(16),
			"cea7403d4d606b6e074ec5d3baf39d18",
			"d0d1c8a799996bf0265b98b5d48ab919",
		],
		[
			"15",
			"feffe9928665731c6d6a8f9467308308".repeat(2),
			"cafebabefacedbaddecaf888",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
			"b094dac5d93471bdec1a502270e3cc6c",
		],
	])("AES-256-GCM (McGrew and Viega, The Galois/Counter Mode of Operation, test case %s)", (__, ...hex) => {
		const [key = "", nonce = "", plaintext = "", ciphertext = "", tag = ""] = hex;
		expect(toHex(primitives.aes256GcmSeal(fromHex(key), fromHex(nonce), fromHex(plaintext)))).toBe(ciphertext + tag);
		expect(toHex(primitives.aes256GcmOpen(fromHex(key), fromHex(nonce), fromHex(ciphertext + tag)))).toBe(plaintext);
	});

	it.each([
		[
			"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
			"e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
			"c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
		],
		[
			"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
			"e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
			"95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
		],
	])("X25519 (RFC 7748 §5.2) %#", (secretKey, publicKey, shared) => {
		expect(toHex(primitives.x25519SharedSecret(fromHex(secretKey), fromHex(publicKey)))).toBe(shared);
	});

	it("X25519 iterated (RFC 7748 §5.2)", () => {
		const nine = fromHex(`09${"00".repeat(31)}`);
		let [k, u] = [nine, nine];
		for (let i = 1; i <= 1000; i++) {
			[k, u] = [primitives.x25519SharedSecret(k, u), k];
			if (i === 1) expect(toHex(k)).toBe("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
		}
		expect(toHex(k)).toBe("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
	});

	it.each([
		[
			"1",
			"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
			"",
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
		],
		[
			"2",
			"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
			"72",
			"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
		],
		[
			"3",
			"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
			"af82",
			"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
		],
	])("Ed25519 (RFC 8032 §7.1, test %s)", (__, ...hex) => {
		const [secretKey = "", publicKey = "", message = "", signature = ""] = hex;
		expect(toHex(primitives.ed25519Sign(fromHex(secretKey), fromHex(message)))).toBe(signature);
		expect(primitives.ed25519Verify(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true);
	});
});

it("SHA-256 of bytes only", () => {
	expect(sha256(utf8("abc"))).toEqual(fromHex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	expect(() => sha256("abc" as never)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "data" }));
});
