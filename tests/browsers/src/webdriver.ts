import { createQueue } from "./queue.js";

// A client of the few commands of W3C WebDriver (https://www.w3.org/TR/webdriver2/) that the tests need.

/** Asks a driver for one command: its path below `/`, and its parameters when it is a POST. */
export type Send = <T>(method: "GET" | "POST" | "DELETE", path: string, parameters?: object) => Promise<T>;

/** The key of an element's id in answers (§ Elements). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** How long a session may take to begin or to end, ms. A browser that crashes at its start is not noticed by the driver. */
const SESSION_DEADLINE = 20_000;

/** @param url of the driver */
export function createSend(url: string): Send {
	return async (method, path, parameters = {}) => {
		const isOfSession = /^\/session(\/[^/]+)?$/.test(path);
		const response = await fetch(`${url}${path}`, {
			method,
			headers: { "Content-Type": "application/json" },
			...(method === "POST" && { body: JSON.stringify(parameters) }),
			...(isOfSession && { signal: AbortSignal.timeout(SESSION_DEADLINE) }),
		});
		const { value } = await response.json();
		if (!response.ok) throw new Error(`${value.error}: ${value.message}`); // § Errors
		return value;
	};
}

export interface Session {
	readonly version: string;
	newWindow(): Promise<Window>;
	end(): Promise<void>;
}

/** One window or tab. */
export interface Window {
	navigate(url: string): Promise<void>;
	refresh(): Promise<void>;
	/** @param script the body of a function; its last argument is called with the result */
	executeAsync<T>(script: string, args: unknown[]): Promise<T>;
	findElement(using: "css selector" | "xpath", selector: string): Promise<Element>;
	close(): Promise<void>;
}

export interface Element {
	isEnabled(): Promise<boolean>;
	click(): Promise<void>;
}

/** @param capabilities that the browser must match */
export async function createSession(sendToDriver: Send, capabilities: object): Promise<Session> {
	const { sessionId, capabilities: matched } = await sendToDriver<{
		sessionId: string;
		capabilities: { browserVersion: string };
	}>("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
	const send: Send = (method, path, parameters) => sendToDriver(method, `/session/${sessionId}${path}`, parameters);
	// A session has one current window: nobody may choose another one before the command is answered.
	const oneByOne = createQueue();
	const inWindow = <T>(handle: string, command: () => Promise<T>): Promise<T> =>
		oneByOne(async () => {
			await send("POST", "/window", { handle });
			return command();
		});
	// Stays open, because only a window can open another one.
	const first = await send<string>("GET", "/window");
	return {
		version: matched.browserVersion,
		async newWindow() {
			const open = (): Promise<{ handle: string }> => send("POST", "/window/new", { type: "tab" });
			const { handle } = await inWindow(first, open);
			return windowOf(send, (command) => inWindow(handle, command));
		},
		end: () => send("DELETE", ""),
	};
}

function windowOf(send: Send, inWindow: <T>(command: () => Promise<T>) => Promise<T>): Window {
	return {
		navigate: (url) => inWindow(() => send("POST", "/url", { url })),
		refresh: () => inWindow(() => send("POST", "/refresh")),
		executeAsync: (script, args) => inWindow(() => send("POST", "/execute/async", { script, args })),
		async findElement(using, value) {
			const found = await inWindow(() => send<Record<string, string>>("POST", "/element", { using, value }));
			const path = `/element/${found[ELEMENT]}`;
			return {
				isEnabled: () => inWindow(() => send("GET", `${path}/enabled`)),
				click: () => inWindow(() => send("POST", `${path}/click`)),
			};
		},
		close: () => inWindow(() => send("DELETE", "/window")),
	};
}
