/** Dilithium3 (Dilithium v3.1, table 2), and how its keys and signatures are laid out (§5.4). */
import { n } from "./dilithium-ring.js";

/** Rows and columns of the matrix. */
export const k = 6;
export const l = 5;
/** Bound of the secret coefficients, how many coefficients of a challenge aren't zero, and the bound of their product. */
export const eta = 4;
export const tau = 49;
export const beta = 196;
export const gamma1: number = 1 << 19;
/** Low bits of t that a public key hasn't. */
export const droppedBits = 13;

export const etaBits = 4;
export const t1Bits = 10;
export const zBits = 20;
export const highBitsBits = 4;

/** How many bytes `polynomials` polynomials take with `bits` bits for a coefficient. */
const packedLength = (polynomials: number, bits: number): number => (polynomials * n * bits) / 8;

export const publicKeyLength: number = 32 + packedLength(k, t1Bits);
export const s1Offset = 96;
export const s2Offset: number = s1Offset + packedLength(l, etaBits);
export const t0Offset: number = s2Offset + packedLength(k, etaBits);
export const secretKeyLength: number = t0Offset + packedLength(k, droppedBits);
export const hintOffset: number = 32 + packedLength(l, zBits);
export const signatureLength: number = hintOffset + 55 + k;
