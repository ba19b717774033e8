export {
	type CallInput,
	type Client,
	type ClientOptions,
	createClient,
	type ForwardInput,
	type JsonRoute,
} from "./client/client.js";
export type { RequestContext } from "./client/http.js";
export { withDeadline } from "./deadline.js";
export { type Envelope, readEnvelope } from "./envelope.js";
export * from "./errors.js";
export * from "./jwt.js";
export * from "./refresh/options.js";
export * from "./refresh/strategy.js";
export { limitedBody, readLimited, type StreamBody, type StreamWatch, watchStream } from "./streams.js";
