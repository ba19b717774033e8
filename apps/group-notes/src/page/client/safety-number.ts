import { KeyChanged, SignerUnknown } from "@sentc-ts/sdk";
import type { Session } from "./session.js";

export interface Compared {
	/** The same for both of two people, if the API gave neither of them a false key: 43 characters of base64url, a SHA-256. */
	number: string;
	/** The key is another one than before: its id, to accept it when the person says that the number is right. */
	changedKeyId?: string;
}

/** @param doubt names the key that is asked about; without it, it is the newest one */
export async function safetyNumber(session: Session, userId: string, doubt?: unknown): Promise<Compared> {
	const numberOf = (verify_key_id: string): Promise<string> =>
		session.user.createSafetyNumber({ user_id: userId, verify_key_id });
	try {
		if (doubt instanceof SignerUnknown) return { number: await numberOf(doubt.verifyKeyId) };
		if (doubt !== undefined) throw doubt;
		const { public_key_sig_key_id } = await session.sentc.getUserPublicKey(userId);
		if (public_key_sig_key_id === undefined) throw new Error("The key of this person is not signed");
		return { number: await numberOf(public_key_sig_key_id) };
	} catch (error) {
		if (!(error instanceof KeyChanged) || error.code !== "KEY_CHANGED") throw error;
		const changedKeyId = error.newPublicKeyId;
		return { number: await numberOf(changedKeyId), changedKeyId };
	}
}

const GROUP = 5;
/** 2^256 has 78 decimal digits. */
const DIGITS = 80;

/** All of the number's bits in groups of digits, which people read to each other more easily than letters. */
export function digitGroups(number: string): string[] {
	const bytes = atob(number.replaceAll("-", "+").replaceAll("_", "/"));
	const value = [...bytes].reduce((sum, byte) => sum * 256n + BigInt(byte.charCodeAt(0)), 0n);
	return (
		value
			.toString()
			.padStart(DIGITS, "0")
			.match(new RegExp(`\\d{${GROUP}}`, "g")) ?? []
	);
}
