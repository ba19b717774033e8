/** The HTTP contract of the API: routes, schemas, endpoint options, error codes. */

export * as accountRoutes from "./account.js";
export type * from "./account-payloads.js";
export * as deviceRoutes from "./device.js";
export type * from "./device-payloads.js";
export * from "./error-codes.js";
export * as forcedRoutes from "./forced.js";
export type * from "./forced-payloads.js";
export * as groupRoutes from "./group.js";
export type * from "./group-payloads.js";
export * from "./headers.js";
export * as lightRoutes from "./light.js";
export type * from "./light-payloads.js";
export * from "./options.js";
export * from "./route.js";
export * as userRoutes from "./user.js";
export * as userKeyRoutes from "./user-key.js";
export type * from "./user-payloads.js";
