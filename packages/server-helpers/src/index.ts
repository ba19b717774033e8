export { InvalidInput, isSentcError, SentcError } from "@sentc-ts/core-crypto/wire";
export { ApiError, EnvelopeError, RequestError } from "@sentc-ts/transport";
export * from "./backend.js";
