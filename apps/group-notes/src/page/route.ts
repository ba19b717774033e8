import { useSyncExternalStore } from "react";

/** What the address names, behind its `#`: browsers send nothing of it. */
export type Route =
	| { view: "home" }
	| { view: "devices" }
	| { view: "new-device" }
	| { view: "notebook"; id: string }
	| { view: "members"; id: string }
	| { view: "join"; groupId: string; inviterId: string };

export function readRoute(hash: string): Route {
	const [view = "", first = "", second = ""] = hash.startsWith("#/") ? hash.slice(2).split("/") : [];
	if (view === "notebook" && first && second === "members") return { view: "members", id: first };
	if (view === "notebook" && first) return { view, id: first };
	if (view === "join" && first && second) return { view, groupId: first, inviterId: second };
	if (view === "devices" || view === "new-device") return { view };
	return { view: "home" };
}

export function useRoute(): Route {
	const hash = useSyncExternalStore(subscribe, () => location.hash);
	return readRoute(hash);
}

/** @param path as in a link, for example `#/devices` */
export function go(path: string): void {
	location.hash = path;
}

function subscribe(listener: () => void): () => void {
	window.addEventListener("hashchange", listener);
	return () => window.removeEventListener("hashchange", listener);
}
