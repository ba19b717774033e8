import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat } from "../src/encoding/bytes.js";
import { fromHex, toHex, utf8 } from "./bytes.js";

// What libraries disagree about (after Wycheproof): every way to compute with the curves must give the same.

const { Point } = ed25519;
type Point = typeof Point.BASE;
const L = Point.Fn.ORDER;

/** X25519: every encoding of a point whose order divides 8, on the curve or its twist, bit 255 included. The shared secret is zero. */
export const lowOrderPoints: readonly string[] = [
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].flatMap((hex) => [hex, toHex(withHighBit(fromHex(hex)))]);

/** X25519: the base point in encodings that are not canonical. The shared secret is the public key. */
export const otherBasePoints: readonly (readonly [name: string, hex: string])[] = [
	["9 + p", "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
	["9 with bit 255", `09${"00".repeat(30)}80`],
];

function withHighBit(point: Uint8Array): Uint8Array {
	return point.with(31, (point[31] ?? 0) | 0x80);
}

function littleEndian(bytes: Uint8Array): bigint {
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function scalarBytes(value: bigint): Uint8Array {
	return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

/** The challenge scalar `k` for given encodings. */
function challenge(r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
	return Point.Fn.create(littleEndian(sha512(concat(r, publicKey, message))));
}

export interface SignatureEdge {
	name: string;
	publicKey: Uint8Array;
	message: Uint8Array;
	signature: Uint8Array;
	valid: boolean;
}

/** Signatures made with the secret scalar, so that points of small order can be mixed in. */
export function signatureEdges(): SignatureEdge[] {
	const a = 0x1234567890abcdefn;
	const r = 0xfedcba0987654321n;
	const A = Point.BASE.multiply(a);
	const R = Point.BASE.multiply(r);
	// Generator of the eight points of small order.
	const T = Point.fromBytes(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
	const identity = Point.ZERO.toBytes();
	const identityPlusP = fromHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

	/** A message whose challenge is (not) a multiple of 8. */
	const messageFor = (rBytes: Uint8Array, publicKey: Uint8Array, multipleOf8: boolean): Uint8Array => {
		for (let i = 0; ; i++) {
			const message = utf8(`message ${i}`);
			if ((challenge(rBytes, publicKey, message) % 8n === 0n) === multipleOf8) return message;
		}
	};
	const sign = (name: string, valid: boolean, R: Uint8Array, A: Uint8Array, nonce: bigint, multipleOf8 = false) => {
		const message = messageFor(R, A, multipleOf8);
		const s = Point.Fn.create(nonce + challenge(R, A, message) * a);
		return { name, valid, publicKey: A, message, signature: concat(R, scalarBytes(s)) };
	};

	const honest = sign("honest signature", true, R.toBytes(), A.toBytes(), r);
	const s = littleEndian(honest.signature.subarray(32));
	const mixedA = A.add(T).toBytes();
	const smallOrder = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : T.multiplyUnsafe(BigInt(i))));

	return [
		honest,
		sign("R is the identity", false, identity, A.toBytes(), 0n),
		sign("R is the identity, not canonically encoded", false, identityPlusP, A.toBytes(), 0n),
		sign("R with a component of small order", false, R.add(T).toBytes(), A.toBytes(), r),
		sign("A with a component of small order that counts", false, R.toBytes(), mixedA, r, false),
		sign("A with a component of small order that vanishes", true, R.toBytes(), mixedA, r, true),
		{ ...honest, name: "S + L", signature: concat(R.toBytes(), scalarBytes(s + L)), valid: false },
		{ ...honest, name: "S with high bits", signature: withHighBits(honest.signature), valid: false },
		{ ...honest, name: "S = 0", signature: concat(R.toBytes(), scalarBytes(0n)), valid: false },
		{ ...honest, name: "other message", message: utf8("other"), valid: false },
		{ ...honest, name: "A is not on the curve", publicKey: fromHex(`02${"00".repeat(31)}`), valid: false },
		...smallOrder.map((point: Point, i) => {
			// [0]B = R + [k]A holds with k a multiple of 8, so a lenient verifier accepts.
			const publicKey = point.toBytes();
			const message = messageFor(identity, publicKey, true);
			const signature = concat(identity, scalarBytes(0n));
			return { name: `A has small order (${i})`, publicKey, message, signature, valid: false };
		}),
		...[identityPlusP, withHighBit(identity), withHighBit(identityPlusP)].map((publicKey, i) => {
			const message = messageFor(identity, publicKey, true);
			const signature = concat(identity, scalarBytes(0n));
			return { name: `A is the identity, not canonically encoded (${i})`, publicKey, message, signature, valid: false };
		}),
	];
}

function withHighBits(signature: Uint8Array): Uint8Array {
	return signature.with(63, (signature[63] ?? 0) | 0xe0);
}
