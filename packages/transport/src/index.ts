export {
	type CallInput,
	type Client,
	type ClientOptions,
	createClient,
	type ForwardInput,
	type RequestContext,
} from "./client/client.js";
export { type AnswerHead, type Envelope, readEnvelope } from "./envelope.js";
export * from "./errors.js";
export * from "./jwt.js";
export * from "./refresh/options.js";
export * from "./refresh/strategy.js";
