/** One page of a browser. */
export interface Tab {
	/** Opens the address and waits until it is loaded. */
	goto(url: string): Promise<unknown>;
	reload(): Promise<unknown>;
	/** Runs the function in the page, with an argument that survives JSON. It sees nothing of the test's module. */
	evaluate<Result, Argument = undefined>(
		run: (argument: Argument) => Result | Promise<Result>,
		argument?: Argument,
	): Promise<Result>;
	/** Clicks what the selector finds once it can be clicked. @param selector CSS, or XPath when it starts with `//` */
	click(selector: string): Promise<void>;
	/** Replaces the text of a field. @param selector CSS */
	fill(selector: string, text: string): Promise<void>;
	close(): Promise<void>;
}

/** A running browser with a profile of its own, which all its tabs share. */
export interface Browser {
	/** As the browser tells it, for example `153.8.0`. */
	readonly version: string;
	/** What the pages complained about so far: uncaught errors, errors in the console, breaches of a policy. Empty when the engine tells none. */
	readonly complaints: string[];
	newTab(): Promise<Tab>;
	/** Ends the browser and leaves nothing of it behind. */
	close(): Promise<void>;
}

export interface Engine {
	readonly name: "Chromium" | "Firefox" | "WebKit";
	/** Does its browser tell what pages complain about? */
	readonly tellsComplaints: boolean;
	/**
	 * Starts the browser without a window.
	 *
	 * @throws Error with one sentence when it is not installed
	 */
	start(): Promise<Browser>;
}

/**
 * A host name that every engine resolves to this machine. Unlike `localhost` it is no secure context over plain HTTP
 * (W3C Secure Contexts §3.1), so its pages have neither `crypto.subtle` nor `navigator.locks`.
 */
export const INSECURE_HOST = "insecure.test";
