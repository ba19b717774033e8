/** A page of the own backend with everything that it loads, as text; empty while the server starts again. */
export async function fetchPage(backendUrl: string): Promise<string> {
	const html = await fetchText(`${backendUrl}/`);
	const loaded = [...html.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
	const files = await Promise.all(loaded.map((path) => fetchText(`${backendUrl}${path}`)));
	return [html, ...files].join("\n");
}

/** What a server answers; nothing while it starts again. */
export async function fetchText(url: string, init?: RequestInit): Promise<string> {
	try {
		return await (await fetch(url, init)).text();
	} catch {
		return "";
	}
}

/** What an open page hears: another word than before makes it load again. */
export async function reloadWord(backendUrl: string): Promise<string> {
	const leaving = new AbortController();
	try {
		const answer = await fetch(`${backendUrl}/live-reload`, { signal: leaving.signal });
		const first = await answer.body?.getReader().read();
		return /^data: (\S+)$/m.exec(new TextDecoder().decode(first?.value))?.[1] ?? "";
	} catch {
		return "";
	} finally {
		leaving.abort();
	}
}
