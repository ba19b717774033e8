import { x25519 } from "@noble/curves/ed25519.js";
import { concat } from "../../src/encoding/bytes.js";
import { noblePrimitives } from "../../src/primitives/noble.js";
import { fromHex, toBase64, utf8 } from "../bytes.js";
import { lowOrderPoints, otherBasePoints, type SignatureEdge, signatureEdges } from "../curve-edges.js";
import { type Check, failsWith, same } from "./check.js";

// Edge cases of both curves through operations, as each platform computes them in its own way.

const exported = (kind: "public" | "verify", algorithm: string, key: Uint8Array): string =>
	JSON.stringify({
		[`${kind}_key_pem`]: `-----BEGIN PUBLIC KEY-----\n${toBase64(key)}\n-----END PUBLIC KEY-----\n`,
		[`${kind}_key_alg`]: algorithm,
		[`${kind}_key_id`]: "key",
	});
const publicKeyOf = (key: Uint8Array): string => exported("public", "ECIES-ed25519", key);
const verifyKeyOf = (key: Uint8Array): string => exported("verify", "ED25519", key);
const secretKeyOf = (variant: string, key: Uint8Array): string =>
	JSON.stringify({ [variant]: { key: toBase64(key), key_id: "key" } });

const symmetric = secretKeyOf("Aes", new Uint8Array(32).fill(1));
const signedHead = JSON.stringify({ id: "key", sign: { id: "key", alg: "ED25519" } });
const plainHead = JSON.stringify({ id: "key", sign: null });

/** WebKit imports none whose first byte is zero. */
const secretKeys = ["00", "80", "ff"].map((first) => fromHex(first + "5a".repeat(31)));

export function curveChecks(): Check[] {
	return [
		...signatureEdges().map(signatureCheck),
		...lowOrderPoints.map(lowOrderCheck),
		...otherBasePoints.map(([name, hex]) => basePointCheck(name, fromHex(hex))),
		...secretKeys.flatMap(secretKeyChecks),
	];
}

/** A signature is verified before what it signs is decrypted, which is none of ours here. */
function signatureCheck({ name, publicKey, message, signature, valid }: SignatureEdge): Check {
	return {
		name: `Ed25519, ${name}`,
		async run(crypto) {
			const data = concat(signature, message);
			const verifyKey = verifyKeyOf(publicKey);
			const opened = crypto.decryptRaw({ key: { symmetric }, head: signedHead, data, verifyKey });
			await failsWith(opened, valid ? "DECRYPTION_FAILED" : "VERIFICATION_FAILED");
		},
	};
}

function lowOrderCheck(hex: string): Check {
	return {
		name: `X25519, the low-order point ${hex} is refused`,
		async run(crypto) {
			const [point, data] = [fromHex(hex), utf8("hello")];
			const key = { privateKey: secretKeyOf("Ecies", new Uint8Array(32).fill(2)) };
			await failsWith(crypto.encryptRaw({ key: { publicKey: publicKeyOf(point) }, data }), "ENCRYPTION_FAILED");
			// Right for whoever takes a shared secret of zeros.
			const sealed = encryptFor(new Uint8Array(32), point);
			await failsWith(crypto.decryptRaw({ key, head: plainHead, data: sealed }), "DECRYPTION_FAILED");
		},
	};
}

function basePointCheck(name: string, point: Uint8Array): Check {
	return {
		name: `X25519, ${name} is reduced`,
		async run(crypto) {
			const secretKey = new Uint8Array(32).fill(2);
			const data = encryptFor(x25519.getPublicKey(secretKey), point);
			const key = { privateKey: secretKeyOf("Ecies", secretKey) };
			const opened = await crypto.decryptRaw({ key, head: plainHead, data });
			same(opened, { data: utf8("hello"), signature: "none" });
		},
	};
}

/** ECIES with a given shared secret and ephemeral key (protocol/crypto §3.2). */
function encryptFor(sharedSecret: Uint8Array, encapsulation: Uint8Array): Uint8Array {
	const key = noblePrimitives.hkdfSha256(sharedSecret, utf8("ecies-ed25519"), 32);
	const nonce = new Uint8Array(12).fill(3);
	return noblePrimitives.aes256GcmSeal(key, nonce, utf8("hello"), concat(encapsulation, nonce));
}

function secretKeyChecks(secretKey: Uint8Array): Check[] {
	const name = `with a secret key that begins with ${secretKey[0]}`;
	return [
		{
			name: `X25519 ${name}`,
			async run(crypto) {
				const [privateKey, publicKey] = [secretKeyOf("Ecies", secretKey), publicKeyOf(x25519.getPublicKey(secretKey))];
				await crypto.checkKeyPairs({ pairs: [{ privateKey, publicKey }] });
				const encrypted = await crypto.encrypt({ key: { publicKey }, data: utf8("hello") });
				same((await crypto.decrypt({ key: { privateKey }, data: encrypted })).data, utf8("hello"));
			},
		},
		{
			name: `Ed25519 ${name}`,
			async run(crypto) {
				const verifyKey = verifyKeyOf(noblePrimitives.ed25519PublicKey(secretKey));
				const signKey = secretKeyOf("Ed25519", secretKey);
				const signed = await crypto.encrypt({ key: { symmetric }, data: utf8("hello"), signKey });
				const opened = await crypto.decrypt({ key: { symmetric }, data: signed, verifyKey });
				same(opened, { data: utf8("hello"), signature: "verified" });
			},
		},
	];
}
