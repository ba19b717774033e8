import { decodeJwt, isMissingRoute } from "@sentc-ts/transport";
import { type SessionListItem, sessionRoutes } from "@sentc-ts/transport/contract";
import { pageAfter } from "../answers.js";
import { SessionsUnsupported } from "../session-errors.js";
import { freshLogin, type Reauthentication } from "./fresh-jwt.js";
import type { Session } from "./session.js";

/** A session of the user: what a login began, on any device. */
export interface UserSession extends SessionListItem {
	/** Is it the one of this user object? */
	current: boolean;
}

/** The sessions of the user, the newest first, one page. @param last the last item of the page before */
export async function listSessions(session: Session, last: UserSession | null | undefined): Promise<UserSession[]> {
	const params = pageAfter(last, "session_id");
	const jwt = await session.getJwt();
	const list = await session.context.client.call(sessionRoutes.listSessions, { jwt, params }).catch(explained);
	const { sid } = decodeJwt(jwt);
	return list.map((item) => ({ ...item, current: item.session_id === sid }));
}

/** All but this one; the login for the fresh JWT starts none that stays. */
export async function endOtherSessions(session: Session, reauthentication: Reauthentication): Promise<void> {
	// An older JWT may name the session that another tab has gone on from, and nothing would be kept.
	const keep = decodeJwt(await session.jwt.refresh()).sid;
	if (keep === undefined) throw new SessionsUnsupported();
	const { tokens } = await freshLogin(session, reauthentication, "client_10000");
	await session.context.client.call(sessionRoutes.endSessions, { jwt: tokens.jwt, body: { keep } }).catch(explained);
}

function explained(error: unknown): never {
	throw isMissingRoute(error) ? new SessionsUnsupported(error) : error;
}
