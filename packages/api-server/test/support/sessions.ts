import type { TestApi } from "@sentc-ts/test-world";
import { sessionRoutes } from "@sentc-ts/transport/contract";
import { onTestFinished } from "vitest";
import { createApi } from "../../src/index.js";
import { call, result, type Target } from "./api.js";
import type { Session } from "./client.js";

type Tokens = Pick<Session, "jwt" | "refreshToken">;

/** Asks for a new JWT and the next refresh token. */
export const rotate = (server: Target, { jwt, refreshToken }: Tokens) =>
	call(server, sessionRoutes.refresh, { jwt, body: { refresh_token: refreshToken, rotate: true } });

/** The session with its next refresh token. */
export async function rotated<Of extends Tokens>(server: Target, session: Of): Promise<Of> {
	const { jwt, refresh_token: refreshToken } = await result(rotate(server, session));
	if (refreshToken === undefined) throw new Error("there is no refresh token");
	return { ...session, jwt, refreshToken };
}

/** The first page of the user's sessions. */
export const listSessions = (server: Target, jwt: string) =>
	result(call(server, sessionRoutes.listSessions, { jwt, params: { last_time: "0", last_id: "none" } }));

/** Another process on the same database. */
export async function otherProcess({ database, rootKey, clock, app }: TestApi): Promise<Target> {
	const api = await createApi({ database, rootKey, now: clock.now });
	onTestFinished(() => api.close());
	return { api, app };
}
