/** The HTTP contract of the API: routes, schemas, endpoint options, error codes. */

export * from "./error-codes.js";
export * as groupRoutes from "./group.js";
export type * from "./group-payloads.js";
export * from "./headers.js";
export * from "./options.js";
export * from "./route.js";
export * as userRoutes from "./user.js";
export type * from "./user-payloads.js";
