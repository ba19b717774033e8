import { byId, create } from "./dom.js";
import { bodyText, headersText } from "./masks.js";

const SHOWN = 30;

/** What was asked for since something was changed. Who looks again and again for the same thing gets one entry, which counts. */
const asked = new Map<string, { count: number; details: HTMLDetailsElement; summary: HTMLElement }>();

/** `fetch` that shows what it sends and gets in the list "What travels". */
export const recordingFetch: typeof globalThis.fetch = async (input, init) => {
	const request = new Request(input, init);
	const entry = addEntry(request);
	entry.show("Request headers", headersText(request.headers));
	entry.show("Request body", bodyText(await request.clone().text()));
	try {
		const response = await fetch(request);
		entry.finish(String(response.status), response.ok);
		entry.show("Answer", bodyText(await response.clone().text()));
		return response;
	} catch (error) {
		entry.finish("no answer", false);
		throw error;
	}
};

interface Entry {
	show(title: string, text: string): void;
	finish(status: string, ok: boolean): void;
}

function addEntry(request: Request): Entry {
	const url = new URL(request.url);
	const known = request.method === "GET" ? asked.get(request.url) : undefined;
	const before = known?.details.isConnected ? known : undefined;
	const count = (before?.count ?? 0) + 1;
	const { details, summary } = before ?? newEntry();
	if (request.method === "GET") asked.set(request.url, { count, details, summary });
	else asked.clear();
	const status = create("span", "…");
	summary.replaceChildren(
		create("span", url.origin === location.origin ? "backend" : "API", "whom"),
		create("span", `${request.method} ${url.pathname}${count > 1 ? ` (${count} times)` : ""}`, "path"),
		status,
	);
	// What somebody reads or copies stays as it is.
	const isRead = details.open;
	if (!isRead) details.replaceChildren(summary);
	return {
		show(title, text) {
			if (!isRead && text !== "") details.append(create("h3", title), create("pre", text));
		},
		finish(text, ok) {
			status.textContent = text;
			status.classList.toggle("refused", !ok);
		},
	};
}

function newEntry(): { details: HTMLDetailsElement; summary: HTMLElement } {
	const [item, details, summary] = [create("li"), create("details"), create("summary")];
	details.append(summary);
	item.append(details);
	const list = byId("exchanges", HTMLOListElement);
	list.prepend(item);
	while (list.children.length > SHOWN) list.lastElementChild?.remove();
	byId("no-exchanges", HTMLElement).hidden = true;
	return { details, summary };
}
