import { createRecentBytes, type RecentBytes } from "../encoding/recent.js";
import type { Encapsulated } from "../lattice/shared.js";
import { isStrictPoint } from "./ed25519-points.js";
import type { Platform, Primitives, WebPrimitives } from "./types.js";
import { type Curve, curveCalls, hasStrictEd25519, hasStrictX25519 } from "./web-curve-calls.js";

type Curves = Pick<Platform, Exclude<keyof WebPrimitives, `aes${string}`> | "clear">;

/** Imported keys of each kind that are kept. */
const keptKeys = 16;

/**
 * X25519 and Ed25519 of WebCrypto. Where there is none, or a less strict one, the primitives take its place, and they decide whatever
 * it refuses: WebKitGTK, for one, refuses secret keys that begin with a zero byte.
 */
export function createWebCurves(subtle: SubtleCrypto, primitives: Primitives): Curves {
	const calls = curveCalls(subtle);
	const has: Record<Curve, () => Promise<boolean>> = {
		X25519: once(() => hasStrictX25519(calls)),
		Ed25519: once(() => hasStrictEd25519(calls)),
	};
	const privateKeys = keep((key) => calls.importSecret("X25519", key));
	const publicKeys = keep((key) => calls.importPublic("X25519", key));
	const signKeys = keep((key) => calls.importSecret("Ed25519", key));
	const verifyKeys = keep((key) => calls.importPublic("Ed25519", key));

	/** @param run answers `undefined`, or fails, when WebCrypto refuses */
	async function attempt<T>(curve: Curve, run: () => Promise<T | undefined>, instead: () => T): Promise<T> {
		const answer = (await has[curve]()) ? await run().catch(() => undefined) : undefined;
		return answer ?? instead();
	}

	const publicKeyOf = (curve: Curve, secretKey: Uint8Array, instead: () => Uint8Array): Promise<Uint8Array> =>
		attempt(curve, async () => calls.publicKeyOf(await calls.importSecret(curve, secretKey, true)), instead);
	const x25519PublicKey = (secretKey: Uint8Array): Promise<Uint8Array> =>
		publicKeyOf("X25519", secretKey, () => primitives.x25519PublicKey(secretKey));
	const ed25519PublicKey = (secretKey: Uint8Array): Promise<Uint8Array> =>
		publicKeyOf("Ed25519", secretKey, () => primitives.ed25519PublicKey(secretKey));

	async function encapsulate(publicKey: Uint8Array): Promise<Encapsulated> {
		const ephemeral = await calls.importSecret("X25519", primitives.randomBytes(32), true);
		const sharedSecret = await calls.sharedSecret(ephemeral, await publicKeys.get(publicKey));
		return { encapsulation: await calls.publicKeyOf(ephemeral), sharedSecret };
	}

	return {
		async x25519KeyPair() {
			const secretKey = primitives.randomBytes(32);
			return { publicKey: await x25519PublicKey(secretKey), secretKey };
		},
		x25519PublicKey,
		x25519Encapsulate: (publicKey) =>
			attempt(
				"X25519",
				() => encapsulate(publicKey),
				() => primitives.x25519Encapsulate(publicKey),
			),
		x25519SharedSecret: (secretKey, publicKey) =>
			attempt(
				"X25519",
				async () => calls.sharedSecret(await privateKeys.get(secretKey), await calls.importPublic("X25519", publicKey)),
				() => primitives.x25519SharedSecret(secretKey, publicKey),
			),
		async ed25519KeyPair() {
			const secretKey = primitives.randomBytes(32);
			return { publicKey: await ed25519PublicKey(secretKey), secretKey };
		},
		ed25519PublicKey,
		ed25519Sign: (secretKey, message) =>
			attempt(
				"Ed25519",
				async () => calls.sign(await signKeys.get(secretKey), message),
				() => primitives.ed25519Sign(secretKey, message),
			),
		async ed25519Verify(publicKey, message, signature) {
			if (!isStrictPoint(publicKey) || !isStrictPoint(signature.subarray(0, 32))) return false;
			return attempt(
				"Ed25519",
				async () => (await calls.verify(await verifyKeys.get(publicKey), message, signature)) || undefined,
				() => primitives.ed25519Verify(publicKey, message, signature),
			);
		},
		clear() {
			for (const keys of [privateKeys, publicKeys, signKeys, verifyKeys]) keys.clear();
			primitives.clear();
		},
	};
}

/** Finds out with the first call; false when that fails. */
function once(find: () => Promise<boolean>): () => Promise<boolean> {
	let found: Promise<boolean> | undefined;
	return () => {
		found ??= find().catch(() => false);
		return found;
	};
}

function keep(importKey: (key: Uint8Array) => Promise<CryptoKey>): RecentBytes<Promise<CryptoKey>> {
	return createRecentBytes(keptKeys, importKey, { startsPublic: false });
}
