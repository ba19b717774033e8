/** The HTTP contract of the API: routes, schemas, endpoint options, error codes. */

export type * from "./device.js";
export { deviceRoutes } from "./device.js";
export * from "./error-codes.js";
export type * from "./forced.js";
export { forcedRoutes } from "./forced.js";
export type * from "./group.js";
export { groupRoutes } from "./group.js";
export * from "./headers.js";
export type * from "./light.js";
export { lightRoutes } from "./light.js";
export type * from "./login.js";
export { loginRoutes } from "./login.js";
export * from "./options.js";
export type * from "./otp.js";
export { otpRoutes } from "./otp.js";
export * from "./route.js";
export type * from "./session.js";
export { jwtClaimsSchema, sessionRoutes } from "./session.js";
export type * from "./user.js";
export { userRoutes } from "./user.js";
export type * from "./user-key.js";
export { userKeyRoutes } from "./user-key.js";
