import { createContext, use, useSyncExternalStore } from "react";
import type { Session, SessionState } from "../client/session.js";

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
	const session = use(SessionContext);
	if (!session) throw new Error("There is no SessionContext above this component");
	return session;
}

export function useSessionState(): SessionState {
	const { getState, subscribe } = useSession();
	return useSyncExternalStore(subscribe, getState);
}

/** `false` = what is shown was kept from before. */
export function useOnline(): boolean {
	const { getState, subscribe } = useSession().connection;
	return useSyncExternalStore(subscribe, getState);
}
