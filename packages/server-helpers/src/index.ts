export { InvalidInput, isSentcError, SentcError } from "@sentc-ts/core-crypto/wire";
export { ApiError, EnvelopeError, RequestError } from "@sentc-ts/transport";
export * from "./answers.js";
export * from "./backend.js";
export * from "./jwt.js";
export * from "./node.js";
export * from "./refresh-cookie.js";
