import { SourceMap } from "node:module";
import type { CDPSession, Page } from "playwright-core";

/** Counts which source files have functions that ran on the page's own thread; workers are not looked at. */
export interface MainThreadCounter {
	/** Source files of functions that were called since the last `take`. */
	take(): Promise<string[]>;
}

export async function countOnMainThread(page: Page): Promise<MainThreadCounter> {
	const session = await page.context().newCDPSession(page);
	await session.send("Profiler.enable");
	await session.send("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
	return { take: async () => sourcesOf(await calledFunctions(session)) };
}

interface CalledFunction {
	script: string;
	offset: number;
}

async function calledFunctions(session: CDPSession): Promise<CalledFunction[]> {
	const { result } = await session.send("Profiler.takePreciseCoverage");
	return result
		.filter(({ url }) => url.includes("/assets/"))
		.flatMap(({ functions, url }) =>
			functions.flatMap(({ ranges: [range] }) =>
				range !== undefined && range.count > 0 ? [{ script: url, offset: range.startOffset }] : [],
			),
		);
}

async function sourcesOf(called: readonly CalledFunction[]): Promise<string[]> {
	const sources = new Set<string>();
	for (const script of new Set(called.map((call) => call.script))) {
		const code = await (await fetch(script)).text();
		const map = new SourceMap(await (await fetch(`${script}.map`)).json());
		for (const { offset } of called.filter((call) => call.script === script)) {
			const before = code.slice(0, offset).split("\n");
			const entry = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
			if ("originalSource" in entry && entry.originalSource) sources.add(entry.originalSource);
		}
	}
	return [...sources].toSorted();
}
