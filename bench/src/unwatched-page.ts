import type { Browser } from "playwright-core";

/** A page in which functions run. */
export interface UnwatchedPage {
	/** @param run sees nothing of its module @param given becomes JSON @throws Error with what it threw in the page */
	evaluate<T = undefined>(run: (given: T) => Promise<void>, given?: T): Promise<void>;
}

interface Answer {
	readonly id?: number;
	readonly error?: { readonly message: string };
	readonly result?: {
		readonly exceptionDetails?: { readonly text: string; readonly exception?: { description?: string } };
	};
}

/**
 * Opens a page of the profile that Playwright does not know of: in its own pages it turns on the `Network` domain of the DevTools protocol,
 * which keeps the last 200 MB of bodies, of requests and of answers. They would count as memory of the page.
 */
export async function openUnwatchedPage(browser: Browser, url: string): Promise<UnwatchedPage> {
	const devtools = await browser.newBrowserCDPSession();
	const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank" });
	const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
	const waiting = new Map<number, (answer: Answer) => void>();
	let whenLoaded: (() => void) | undefined;
	const loaded = new Promise<void>((resolve) => {
		whenLoaded = resolve;
	});
	devtools.on("Target.receivedMessageFromTarget", ({ message }) => {
		const answer = JSON.parse(message) as Answer & { method?: string };
		if (answer.method === "Page.loadEventFired") whenLoaded?.();
		if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
	});
	let calls = 0;
	const send = async (method: string, params: object = {}): Promise<Answer> => {
		const id = ++calls;
		const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
		await devtools.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) });
		const answer = await answered;
		waiting.delete(id);
		const { text, exception } = answer.result?.exceptionDetails ?? {};
		const failure = answer.error?.message ?? exception?.description ?? text;
		if (failure !== undefined) throw new Error(failure);
		return answer;
	};
	await send("Page.enable");
	await send("Page.navigate", { url });
	await loaded;
	return {
		async evaluate(run, given) {
			const expression = `(${run})(${JSON.stringify(given) ?? ""})`;
			await send("Runtime.evaluate", { expression, awaitPromise: true });
		},
	};
}
