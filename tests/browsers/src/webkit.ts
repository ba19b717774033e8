import { findExecutable } from "./executable.js";
import { freePort, type Running, run, startScreen } from "./process.js";
import { startProxy } from "./proxy.js";
import type { Browser, Engine, Tab } from "./types.js";
import { until } from "./until.js";
import { createSend, createSession, type Element, type Send, type Session, type Window } from "./webdriver.js";

const SCRIPT_DEADLINE = 600_000;

/**
 * WebKitGTK's MiniBrowser on a screen that nobody sees, driven over W3C WebDriver. `WEBKIT_DRIVER_PATH` says which driver.
 * Its driver does not tell what the pages complain about.
 */
export const webkit: Engine = {
	name: "WebKit",
	tellsComplaints: false,
	async start(): Promise<Browser> {
		const driverPath = findExecutable({
			name: "WebKitWebDriver",
			debianPackage: "webkit2gtk-driver",
			variable: "WEBKIT_DRIVER_PATH",
			candidates: ["/usr/bin/WebKitWebDriver"],
		});
		const screenPath = findExecutable({
			name: "Xvfb",
			debianPackage: "xvfb",
			variable: "XVFB_PATH",
			candidates: ["/usr/bin/Xvfb"],
		});
		const cleanUp: (() => unknown)[] = [];
		const close = async (): Promise<void> => {
			const last = cleanUp.pop();
			if (!last) return;
			try {
				await last();
			} finally {
				await close();
			}
		};
		try {
			const screen = await startScreen(screenPath);
			cleanUp.push(screen.end);
			const proxy = await startProxy();
			cleanUp.push(proxy.close);
			const driver = await startDriver(driverPath, screen.display);
			cleanUp.push(driver.end);
			const session = await createSession(driver.send, capabilities(proxy.address));
			cleanUp.push(session.end);
			return browserOf(session, close);
		} catch (error) {
			await close();
			throw error;
		}
	},
};

/**
 * Only the insecure host goes through the proxy: it knows no other. The capability `proxy` would do the same, but with it
 * MiniBrowser crashes at every tenth start or so.
 */
function capabilities(proxy: string): object {
	const args = ["--automation", `--proxy=http://${proxy}`, "--ignore-host=127.0.0.1", "--ignore-host=localhost"];
	return { timeouts: { script: SCRIPT_DEADLINE }, "webkitgtk:browserOptions": { args } };
}

async function startDriver(path: string, display: string): Promise<Running & { send: Send }> {
	const port = await freePort();
	const driver = run(path, [`--port=${port}`], { env: { ...process.env, DISPLAY: display } });
	const send = createSend(`http://127.0.0.1:${port}`);
	await until("WebKitWebDriver answers", async () => {
		await send("GET", "/status");
		return true;
	});
	return { ...driver, send };
}

function browserOf(session: Session, close: () => Promise<void>): Browser {
	return {
		version: session.version,
		complaints: [],
		newTab: async () => webkitTab(await session.newWindow()),
		close,
	};
}

/** The body of a function that runs the text of another one; the last argument takes the result (WebDriver §13.2.2). */
const RUN = (run: string): string => `
	const [argument, done] = arguments;
	Promise.resolve(argument).then(${run}).then(
		(value) => done({ value }),
		(error) => done({ error: String(error && error.stack ? error + "\\n" + error.stack : error) }),
	);`;

function webkitTab(window: Window): Tab {
	const evaluate: Tab["evaluate"] = async <Result, Argument>(
		run: (argument: Argument) => Result | Promise<Result>,
		argument?: Argument,
	) => {
		const args = argument === undefined ? [null] : [argument];
		const answer = await window.executeAsync<{ value: Result } | { error: string }>(RUN(String(run)), args);
		if ("error" in answer) throw new Error(answer.error);
		return answer.value;
	};
	return {
		goto: (url) => window.navigate(url),
		reload: () => window.refresh(),
		evaluate,
		click: async (selector) => (await enabled(window, selector)).click(),
		async fill(selector, text) {
			await enabled(window, selector);
			await evaluate(putText, { selector, text });
		},
		close: () => window.close(),
	};
}

/** Runs in the page. The driver's own way of typing loses characters beyond U+FFFF. */
function putText({ selector, text }: { selector: string; text: string }): void {
	const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector);
	if (!field) throw new Error(`There is no ${selector}`);
	field.value = text;
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));
	field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What the selector finds, as soon as it is there and can be used. */
async function enabled(window: Window, selector: string): Promise<Element> {
	const using = selector.startsWith("//") ? "xpath" : "css selector";
	let element: Element | undefined;
	await until(`${selector} can be used`, async () => {
		element = await window.findElement(using, selector);
		return element.isEnabled();
	});
	return element as Element;
}
