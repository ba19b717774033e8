import * as z from "zod/mini";

/** Answer of routes that only succeed or fail: any text. */
export const textResultSchema: z.ZodMiniType<string> = z.string();
