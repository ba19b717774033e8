import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FULL, ONCE } from "./measure.js";
import { formatQuoted, formatReport } from "./report/format.js";
import { readMedian } from "./report/median.js";
import { createReport, type Report, type RuntimeReport } from "./report/report.js";
import { startChromium } from "./runtimes/chromium.js";
import { startNode } from "./runtimes/node.js";
import type { Runtime } from "./runtimes/runtime.js";
import { serveApi } from "./served-api.js";

export interface ComparisonOptions {
	/** Each operation once, to see that it runs. */
	readonly smoke: boolean;
	/** Those alone whose names contain it. */
	readonly only: string;
	/** Without Chromium. */
	readonly node: boolean;
	/** Print what README.md and docs/speed.md quote, too. */
	readonly readme: boolean;
}

/** Not in the repository. */
const RESULTS = new URL("../results/", import.meta.url);

/** Both sides in Node, then in Chromium: prints the report and writes it. */
export async function compareWithReference(options: ComparisonOptions): Promise<void> {
	const { node, readme, smoke } = options;
	const served = await serveApi();
	try {
		const { app_token, base_url, credentials } = served;
		const given = { connection: { app_token, base_url, ...credentials }, small: smoke };
		const runtimes = [await measureIn(await startNode(given), options)];
		const chromium = node ? undefined : await startChromium(given);
		if (chromium) runtimes.push(await measureIn(chromium, options));
		if (smoke) return console.log(runtimes.map(ran).join("\n"));
		const report = createReport(runtimes);
		print(report, readme);
		await writeReport(report);
	} finally {
		await served.close();
	}
}

/** Prints reports that were written before as one. */
export async function showMedian(files: readonly string[], readme: boolean): Promise<void> {
	print(await readMedian(files), readme);
}

function print(report: Report, readme: boolean): void {
	console.log(`\n${formatReport(report)}`);
	if (readme) console.log(`\n${formatQuoted(report)}`);
}

async function measureIn(runtime: Runtime, { only, smoke }: ComparisonOptions): Promise<RuntimeReport> {
	const { name, names, version } = runtime;
	try {
		const outcomes: RuntimeReport["outcomes"][number][] = [];
		for (const each of names.filter((operation) => operation.includes(only))) {
			if (!smoke) process.stderr.write(`${name}: ${each}\n`);
			outcomes.push(await runtime.run(each, smoke ? ONCE : FULL));
		}
		const coldStarts = only === "" ? await runtime.coldStarts(smoke ? 1 : 7) : [];
		return { name, version, outcomes, coldStarts };
	} finally {
		await runtime.close();
	}
}

const ran = ({ coldStarts, name, outcomes, version }: RuntimeReport): string =>
	`${name} ${version}: ${outcomes.length} operations and ${coldStarts.length} cold starts ran`;

async function writeReport(report: Report): Promise<void> {
	await mkdir(RESULTS, { recursive: true });
	await writeFile(new URL("speed.json", RESULTS), `${JSON.stringify(report, null, "\t")}\n`);
	await writeFile(new URL("speed.md", RESULTS), `${formatReport(report)}\n`);
	console.log(`\nWritten to ${fileURLToPath(RESULTS)}`);
}
