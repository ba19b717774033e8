/** What a browser's bundle gets instead: every name of `index.ts`, so that it builds, and says on loading why it can't run. */
function refuse(): never {
	throw new Error("@sentc-ts/server-helpers holds the app's secret token and must not be bundled for a browser.");
}

export const ApiError: never = refuse();
export const bearerOf: never = refuse();
export const createBackend: never = refuse();
export const createFileParts: never = refuse();
export const createRefreshCookie: never = refuse();
export const EnvelopeError: never = refuse();
export const InvalidInput: never = refuse();
export const isSentcError: never = refuse();
export const JwtRefused: never = refuse();
export const limitByAddress: never = refuse();
export const nodeHandler: never = refuse();
export const readGroupCreation: never = refuse();
export const readInvite: never = refuse();
export const readKeyRotation: never = refuse();
export const readRankUpdate: never = refuse();
export const readRegistration: never = refuse();
export const readRemoval: never = refuse();
export const readUserReset: never = refuse();
export const RequestError: never = refuse();
export const SentcError: never = refuse();
export const verifyJwt: never = refuse();
