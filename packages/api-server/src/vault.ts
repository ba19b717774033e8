import { formatSymmetricKey, type SyncCrypto } from "@sentc-ts/core-crypto";

/** Encryption of what the database must not hold in clear (protocol/server-model §9). */
export interface Vault {
	seal(text: string): string;
	/** @throws CryptoError when the text was sealed under another root key, or changed */
	open(sealed: string): string;
}

/** @param rootKey 32 bytes */
export function createVault(crypto: Pick<SyncCrypto, "encryptString" | "decryptString">, rootKey: Uint8Array): Vault {
	const key = { symmetric: formatSymmetricKey(rootKey, "n") };
	return {
		seal: (text) => crypto.encryptString({ key, text }),
		open: (sealed) => crypto.decryptString({ key, text: sealed }).text,
	};
}
