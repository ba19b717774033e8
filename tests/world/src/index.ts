export { type ApiOptions, createTestApi, type ServedApi, startApi, type TestApi } from "./api.js";
export { authenticator, codeAt, STEP } from "./authenticator.js";
export {
	addDevice,
	type Client,
	type ClientOptions,
	freshName,
	newUser,
	PASSWORD,
	type Person,
	rotateKeys,
	signUp,
	startSentc,
} from "./clients.js";
export { Clock, withExpiringJwt } from "./clock.js";
export { gate } from "./gate.js";
export { rejection, thrown } from "./outcome.js";
export { runs, sample, seed, type Tier, tier } from "./runs.js";
