export { type ApiOptions, createTestApi, type ServedApi, startApi, type TestApi } from "./api.js";
export { authenticator, codeAt, STEP } from "./authenticator.js";
export {
	addDevice,
	type Client,
	freshName,
	newUser,
	PASSWORD,
	type Person,
	signUp,
	startSentc,
} from "./clients.js";
export { ALMOST_EXPIRED, Clock } from "./clock.js";
export { rejection, thrown } from "./outcome.js";
export { runs, seed, type Tier, tier } from "./runs.js";
