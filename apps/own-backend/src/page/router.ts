import { byId } from "./dom.js";

/** Parts of the page that need nobody to be logged in. The address names the part, and stays while somebody logs in. */
const PUBLIC = new Set(["start", "devices", "session"]);

/** What follows `#/` in the address: the part of the page, and what it is about. */
export interface Route {
	readonly view: string;
	readonly args: readonly string[];
}

/** Shows the part of the page that the address names. */
export class Router {
	readonly #isSignedIn: () => boolean;
	readonly #listeners: ((shown: Route) => void)[] = [];
	#shown = "";

	constructor(isSignedIn: () => boolean) {
		this.#isSignedIn = isSignedIn;
		window.addEventListener("hashchange", () => {
			// Another hash is a place in the page.
			if (!location.hash.startsWith("#/")) return;
			this.show();
			byId("content", HTMLElement).focus({ preventScroll: true });
		});
	}

	/** What the address asks for, shown or not. */
	get wanted(): Route {
		const [view = "", ...args] = location.hash.startsWith("#/") ? location.hash.slice(2).split("/") : [];
		const isKnown = document.querySelector(`[data-view="${CSS.escape(view)}"]`) !== null;
		return isKnown ? { view, args } : { view: this.#isSignedIn() ? "groups" : "start", args: [] };
	}

	/** Calls the listener with each part that is shown, also when it is shown again. */
	onShow(listener: (shown: Route) => void): void {
		this.#listeners.push(listener);
	}

	/** Somebody who has not logged in sees how to, whatever the address asks for. */
	show(): void {
		const { wanted } = this;
		const shown = PUBLIC.has(wanted.view) || this.#isSignedIn() ? wanted : { view: "start", args: [] };
		for (const part of document.querySelectorAll<HTMLElement>("[data-view]")) {
			part.hidden = part.dataset["view"] !== shown.view;
		}
		for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a")) {
			const isHere = link.hash === `#/${shown.view}` || (link.hash === "#/groups" && /^(group|join)$/.test(shown.view));
			link.ariaCurrent = isHere ? "page" : null;
		}
		const name = [shown.view, ...shown.args].join("/");
		if (name !== this.#shown) window.scrollTo(0, 0);
		this.#shown = name;
		for (const listener of this.#listeners) listener(shown);
	}

	go(view: string, ...args: string[]): void {
		const hash = `#/${[view, ...args].join("/")}`;
		if (location.hash !== hash) history.pushState(null, "", hash);
		this.show();
	}
}
