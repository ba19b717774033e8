import { SentcError } from "@sentc-ts/core-crypto";

// What becomes of lists of keys, of which some can be used and others not.

/** A key of the user or of a group that can't be used, and why. It was skipped: whatever it encrypts stays closed on this device. */
export interface KeyFailure {
	readonly key_id: string;
	/** Whose key it is, where that may be a group. Of a key of the user it is missing. */
	readonly group_id?: string;
	readonly error: SentcError;
}

/** The API answered keys, and this device can use none of them. Nothing was stored. */
export class KeysUnusable extends SentcError {
	declare readonly code: "KEYS_UNUSABLE";

	readonly failures: readonly KeyFailure[];

	/** @param failures at least one; the error has the status of the first */
	constructor(failures: readonly KeyFailure[]) {
		const cause = failures[0]?.error;
		super({
			status: cause?.status ?? "client_keys_unusable",
			code: "KEYS_UNUSABLE",
			errorMessage: `None of ${failures.length} keys can be used: ${cause?.errorMessage}`,
			cause,
		});
		this.name = "KeysUnusable";
		this.failures = failures;
	}
}

/** Some keys that other devices made could not be taken; those without a failure are on this device now. */
export class KeyRotationUnfinished extends SentcError {
	declare readonly code: "KEY_ROTATION_UNFINISHED";

	readonly failures: readonly KeyFailure[];

	/** @param failures at least one; the error has the status of the first */
	constructor(failures: readonly KeyFailure[]) {
		const cause = failures[0]?.error;
		super({
			status: cause?.status ?? "client_key_rotation",
			code: "KEY_ROTATION_UNFINISHED",
			errorMessage: `${failures.length} key rotations could not be finished: ${cause?.errorMessage}`,
			cause,
		});
		this.name = "KeyRotationUnfinished";
		this.failures = failures;
	}
}

/** A group whose keys were not rotated, and why. */
export interface GroupFailure {
	readonly group_id: string;
	readonly error: SentcError;
}

/**
 * Keys that a removed member knows were not rotated: what is encrypted by them is not hidden from that person. The removal itself stands.
 * Any member who may rotate the keys goes on with it: `group.rotateDueKeys`, or `group.keyRotation` for each of the groups.
 *
 * @example
 * ```ts
 * import { type Group, RotationPending } from "@sentc-ts/sdk";
 *
 * export async function remove(group: Group, userId: string): Promise<{ rotated: boolean }> {
 * 	try {
 * 		await group.kickUser(userId);
 * 		return { rotated: true };
 * 	} catch (error) {
 * 		if (error instanceof RotationPending) return { rotated: false };
 * 		throw error;
 * 	}
 * }
 * ```
 */
export class RotationPending extends SentcError {
	declare readonly code: "ROTATION_PENDING";
	readonly failures: readonly GroupFailure[];

	/** @param failures at least one; the error has the status of the first */
	constructor(failures: readonly GroupFailure[]) {
		const cause = failures[0]?.error;
		super({
			status: cause?.status ?? "client_rotation_pending",
			code: "ROTATION_PENDING",
			errorMessage: `The keys of ${failures.length} groups were not rotated: ${cause?.errorMessage}`,
			cause,
		});
		this.name = "RotationPending";
		this.failures = failures;
	}
}
