import { decodeBase64Url } from "../encoding/base64.js";
import { concat } from "../encoding/bytes.js";
import { unshared } from "./unshared.js";

export type Curve = "X25519" | "Ed25519";

/** X25519 and Ed25519 of WebCrypto (Secure Curves). Each call fails where there is no such algorithm. */
export interface CurveCalls {
	/** @param extractable to ask for its public half */
	importSecret(curve: Curve, secretKey: Uint8Array, extractable?: boolean): Promise<CryptoKey>;
	importPublic(curve: Curve, publicKey: Uint8Array): Promise<CryptoKey>;
	publicKeyOf(secretKey: CryptoKey): Promise<Uint8Array>;
	sharedSecret(secretKey: CryptoKey, publicKey: CryptoKey): Promise<Uint8Array>;
	sign(secretKey: CryptoKey, message: Uint8Array): Promise<Uint8Array>;
	verify(publicKey: CryptoKey, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

const fromHex = (hex: string): Uint8Array =>
	Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

/** PKCS #8 header in front of a raw 32-byte key (RFC 8410 §7). */
const pkcs8Headers: Record<Curve, Uint8Array> = {
	X25519: fromHex("302e020100300506032b656e04220420"),
	Ed25519: fromHex("302e020100300506032b657004220420"),
};

export function curveCalls(subtle: SubtleCrypto): CurveCalls {
	return {
		importSecret(curve, secretKey, extractable = false) {
			const pkcs8 = unshared(concat(pkcs8Headers[curve], secretKey));
			return subtle.importKey("pkcs8", pkcs8, curve, extractable, [curve === "X25519" ? "deriveBits" : "sign"]);
		},
		importPublic: (curve, publicKey) =>
			subtle.importKey("raw", unshared(publicKey), curve, false, curve === "X25519" ? [] : ["verify"]),
		async publicKeyOf(secretKey) {
			const { x } = await subtle.exportKey("jwk", secretKey);
			const publicKey = x && decodeBase64Url(x);
			if (!publicKey) throw new Error("The exported key has no public half");
			return publicKey;
		},
		sharedSecret: async (secretKey, publicKey) =>
			new Uint8Array(await subtle.deriveBits({ name: "X25519", public: publicKey }, secretKey, 256)),
		sign: async (secretKey, message) => new Uint8Array(await subtle.sign("Ed25519", secretKey, unshared(message))),
		verify: (publicKey, message, signature) =>
			subtle.verify("Ed25519", publicKey, unshared(signature), unshared(message)),
	};
}

/** Signatures of nothing by `publicKey`: the right one, the same with S + L, and one that holds with the cofactor alone. */
const probe = {
	publicKey: fromHex("8e4396e257d4330fb141eae460203967af695cd97c6fa4ed06f401278d028b5f"),
	right: fromHex(
		"b1dfdb8cf32bd7946f67c489be11658ce4780aae86435550c3d5e944d672ed4bde385a5de9802efd7f323d0d87f8ab340a8b73cba57bacd3e81bb2c305ce9b09",
	),
	wrong: [
		"b1dfdb8cf32bd7946f67c489be11658ce4780aae86435550c3d5e944d672ed4bcb0c50ba03e4405556cf34b065f28a490a8b73cba57bacd3e81bb2c305ce9b19",
		"4e23dbb4b785162c016e67db443db54baf1317d7b6c05dfa91f73a10f338bd7f0adbc5ffab1e347b079693486e06316a6eba5376eb82618ca7e59a10ab2bd60b",
	].map(fromHex),
};

/** Is there X25519, and is an all-zero shared secret an error (RFC 7748 §6.1)? */
export async function hasStrictX25519({ importSecret, importPublic, sharedSecret }: CurveCalls): Promise<boolean> {
	const [secretKey, zero] = [await importSecret("X25519", probe.publicKey), new Uint8Array(32)];
	const refused = async (): Promise<boolean> => {
		await sharedSecret(secretKey, await importPublic("X25519", zero));
		return false;
	};
	return refused().catch(() => true);
}

/** Is there Ed25519, and does it verify without cofactor and refuse S ≥ L (RFC 8032 §5.1.7)? */
export async function hasStrictEd25519({ importPublic, verify }: CurveCalls): Promise<boolean> {
	const key = await importPublic("Ed25519", probe.publicKey);
	const verifies = (signature: Uint8Array): Promise<boolean> => verify(key, new Uint8Array(), signature);
	if (!(await verifies(probe.right))) return false;
	const accepted = await Promise.all(probe.wrong.map((signature) => verifies(signature).catch(() => false)));
	return !accepted.includes(true);
}
