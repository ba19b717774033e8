import * as z from "zod/mini";

/** Answer of routes that only succeed or fail: any text. */
export const textResultSchema: z.ZodMiniType<string> = z.string();

/** Needs an app token only. */
export const open = { groupAccess: false, jwt: "none" } as const;
/** Needs the JWT of a user, too. */
export const signedIn = { groupAccess: false, jwt: "valid" } as const;
/** Needs a JWT that was issued by a login. */
export const freshlySignedIn = { groupAccess: false, jwt: "fresh" } as const;
/** Takes an expired JWT, too. */
export const onceSignedIn = { groupAccess: false, jwt: "expired-allowed" } as const;
