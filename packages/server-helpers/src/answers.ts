import { readEnvelope } from "@sentc-ts/transport";
import {
	forcedRoutes,
	type GroupCreated,
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	type KeyRotationStarted,
	type KeysAccepted,
	memberRoutes,
	type RegisterResult,
	type RemovedAndRotated,
	userRoutes,
} from "@sentc-ts/transport/contract";

/**
 * Reads the answer to `backend.register`, to store the user id with the backend's own data.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readRegistration(answer: string): RegisterResult {
	return readEnvelope(answer, userRoutes.register.result);
}

/**
 * Reads the answer to `backend.createGroup` and to every other function that creates a group.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readGroupCreation(answer: string): GroupCreated {
	return readEnvelope(answer, groupRoutes.createGroup.result);
}

/**
 * Reads the answer to `backend.forceResetUser`: returns when the user was reset.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readUserReset(answer: string): void {
	readEnvelope(answer, forcedRoutes.resetUser.result);
}

/**
 * Reads the answer to `backend.invite` and to every other function that hands the keys of a group over. A `session_id` is for
 * the client's `group.handleInviteSessionKeysForNewMember`.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readInvite(answer: string): KeysAccepted {
	return readEnvelope(answer, inviteRoutes.inviteUser.result);
}

/**
 * Reads the answer to `backend.updateRank`: returns when the rank was changed.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readRankUpdate(answer: string): void {
	readEnvelope(answer, memberRoutes.changeRank.result);
}

/**
 * Reads the answer to `backend.rotateKeys`.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readKeyRotation(answer: string): KeyRotationStarted {
	return readEnvelope(answer, groupRotationRoutes.startKeyRotation.result);
}

/**
 * Reads the answer to `backend.kickAndRotate`. With `refused` the member is gone, and the keys are the same.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readRemoval(answer: string): RemovedAndRotated {
	return readEnvelope(answer, groupRotationRoutes.kickAndRotate.result);
}
