import type { SyncCrypto } from "./operations/types.js";

/** The operations of {@link SyncCrypto} as promises, wherever they run. */
export type CryptoBackend = {
	readonly [Name in keyof SyncCrypto]: (
		...input: Parameters<SyncCrypto[Name]>
	) => Promise<ReturnType<SyncCrypto[Name]>>;
} & {
	/** Drops everything the backend holds. */
	close(): Promise<void>;
};
