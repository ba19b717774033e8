import { byId, create } from "./dom.js";
import { bodyText, headersText } from "./masks.js";

const SHOWN = 30;

/** The newest entry. Who looks again and again for the same thing gets one entry, which counts. */
let newest: { name: string; count: number; item: HTMLLIElement } | undefined;

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
	const name = `${request.method} ${request.url}`;
	const isAgain = request.method === "GET" && newest?.name === name;
	const count = isAgain ? (newest?.count ?? 0) + 1 : 1;
	if (isAgain) newest?.item.remove();
	const details = create("details");
	const status = create("span", "…");
	const summary = create("summary");
	summary.append(
		create("span", url.origin === location.origin ? "backend" : "API", "whom"),
		create("span", `${request.method} ${url.pathname}${count > 1 ? ` (${count} times)` : ""}`, "path"),
		status,
	);
	details.append(summary);
	const item = create("li");
	item.append(details);
	newest = { name, count, item };
	const list = byId("exchanges", HTMLOListElement);
	list.prepend(item);
	while (list.children.length > SHOWN) list.lastElementChild?.remove();
	byId("no-exchanges", HTMLElement).hidden = true;
	return {
		show(title, text) {
			if (text !== "") details.append(create("h3", title), create("pre", text));
		},
		finish(text, ok) {
			status.textContent = text;
			status.classList.toggle("refused", !ok);
		},
	};
}
