import type { Optional } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";

/** Session of a user without user keys. */
export interface LightSession {
	jwt: string;
	refresh_token: string;
}
export const lightSessionSchema: z.ZodMiniType<LightSession> = z.object({
	jwt: z.string(),
	refresh_token: z.string(),
});

export interface DoneRegisterLightDevice {
	user_group: { rank?: Optional<number> };
	token: string;
}
export const doneRegisterLightDeviceSchema: z.ZodMiniType<DoneRegisterLightDevice> = z.object({
	user_group: z.object({ rank: z.nullish(z.int()) }),
	token: z.string(),
});
