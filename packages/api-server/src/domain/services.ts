import type { SyncCrypto } from "@sentc-ts/core-crypto";
import type { Database } from "../database/database.js";
import type { PartStorage } from "../files/storage.js";
import type { FileJobs, Jobs } from "../jobs/jobs.js";
import type { WaitingDeviceLimits } from "../waiting-limits.js";
import type { AppDirectory } from "./app/access.js";
import type { Arriving } from "./file/arriving.js";
import type { JwtKeys } from "./jwt/keys.js";

/** What the server does with keys: nothing that needs a user's secret. */
export type ServerCrypto = Pick<SyncCrypto, "createSalt" | "createLoginChallenge" | "verifyAuthKey" | "checkPublicKey">;

/** What every rule may use. */
export interface Services {
	/** Parts of files that are being uploaded. */
	readonly arriving: Arriving;
	readonly crypto: ServerCrypto;
	readonly database: Database;
	/** Knows the apps by their tokens. */
	readonly directory: AppDirectory;
	/** Makes the salts of unknown identifiers (protocol/http-api §13.1). */
	readonly fakeSaltSecret: Uint8Array;
	readonly jobs: Jobs;
	/** What removes parts of deleted files. */
	readonly fileJobs: FileJobs;
	/** Where this API keeps parts of files; absent = nowhere. */
	readonly partStorage: PartStorage | undefined;
	readonly jwtKeys: JwtKeys;
	/** A new UUID of version 7. */
	readonly newId: () => string;
	/** The clock, ms. */
	readonly now: () => number;
	/** How long after its last use a refresh token works, ms. */
	readonly refreshTokenLifetime: number;
	/** How long after its begin a session ends, ms. */
	readonly sessionMaxAge: number;
	/** Most rotations of a user's keys in a calendar month. */
	readonly userRotationsPerMonth: number;
	/** For devices that wait to be added to an account. */
	readonly waitingLimits: Readonly<Required<WaitingDeviceLimits>>;
}
