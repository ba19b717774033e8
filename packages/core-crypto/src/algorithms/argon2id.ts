import type { Argon2Options } from "../argon2/argon2id.js";
import { concat } from "../encoding/bytes.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { call, type Op, sha256 } from "./op.js";

/** Both halves of a derived password (protocol/crypto §3.10). */
interface PasswordKeys {
	/** Encrypts the master key; never leaves the device. */
	masterKeyEncryptionKey: Uint8Array;
	/** Proves knowledge of the password to the server. */
	authKey: Uint8Array;
}

/** Way from a password to keys. */
export interface PasswordSuite {
	/** Algorithm identifier on the wire. */
	id: string;
	/** The salt has at least 8 bytes. */
	derive(password: Uint8Array, salt: Uint8Array): Op<PasswordKeys>;
}

/** Argon2id in one lane. The cost is part of the protocol: nothing on the wire names it (protocol/crypto §3.10). */
function argon2idOf(cost: Omit<Argon2Options, "length">): PasswordSuite {
	return {
		id: "ARGON-2-SHA256",
		*derive(password, salt) {
			const keys = yield* call((platform) => platform.argon2id(password, salt, { ...cost, length: 64 }));
			return { masterKeyEncryptionKey: keys.slice(0, 32), authKey: keys.slice(32) };
		},
	};
}

/** The compatible cost. */
export const argon2id: PasswordSuite = argon2idOf({ memory: 4096, iterations: 3 });

/** The cost of builds after 0.15, under the same identifier (protocol/crypto §3.10, "version trap"). */
export const newerArgon2id: PasswordSuite = argon2idOf({ memory: 19_456, iterations: 2 });

/**
 * Salt of the password derivation (protocol/crypto §3.10).
 * @param addition empty for existing accounts, the identifier for accounts that don't exist
 */
export function* loginSalt(clientRandomValue: Uint8Array, addition: Uint8Array): Op<Uint8Array> {
	const prefix = concat(encodeUtf8("sentc", "prefix"), addition);
	const padding = new Uint8Array(Math.max(0, 200 - prefix.length)).fill("P".charCodeAt(0));
	return yield* sha256(concat(prefix, padding, clientRandomValue));
}

/** What the server stores of the authentication key: the first 16 bytes of its SHA-256 (protocol/crypto §3.9). */
export function* hashAuthKey(authKey: Uint8Array): Op<Uint8Array> {
	return (yield* sha256(authKey)).slice(0, 16);
}
