import { readEnvelope } from "@sentc-ts/transport";
import {
	forcedRoutes,
	type GroupCreated,
	groupRoutes,
	type RegisterResult,
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
 * Reads the answer to `backend.createGroup`.
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
