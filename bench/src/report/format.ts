import { hasWorkers } from "../operations/operation.js";
import { digits, markdownTable, share } from "./markdown.js";
import { type Cell, lines, type Report, type RuntimeReport } from "./report.js";

/** Longest task that any call with a promise may cause, ms: one frame. */
const FRAME = 16;

/** The whole report. */
export function formatReport(report: Report): string {
	const parts = [
		heading(report),
		operations(report),
		blocked(report),
		workerCalls(report),
		memory(report),
		bytes(report),
	];
	return parts.filter((part) => part !== "").join("\n\n");
}

function heading(report: Report): string {
	return `${where(report)}. ms per call, medians of samples taken in turn, p95 in parentheses.
Ratio: ours / sentc_wasm 0.15.0, below 1 = ours is faster. Goals: ✓ = met, ✗ = not met.`;
}

function where({ date, machine, runtimes }: Report): string {
	return `${date}, ${runtimes.map(({ name, version }) => `${name} ${version}`).join(", ")}, ${machine}`;
}

function operations(report: Report): string {
	const columns = (runtime: string) => [`${runtime}: reference`, "ours", "ratio", "goal"];
	const rows = lines(report).map(({ name, node, chromium }) => [name, ...cells(node), ...cells(chromium)]);
	return markdownTable(["operation", ...columns("Node"), ...columns("Chromium")], rows);
}

function cells(cell: Cell | undefined): string[] {
	if (!cell) return ["", "", "", ""];
	const { goal, ours, ratio, reference } = cell;
	const times = ({ median, p95 }: Cell["ours"]) => `${digits(median)} (${digits(p95)})`;
	return [times(reference), times(ours), share(ratio), goal === undefined ? "" : mark(goal, ratio <= goal)];
}

const mark = (goal: number, met: boolean): string => `≤ ${goal.toLocaleString("en")} ${met ? "✓" : "✗"}`;

/** Calls that take a while in either runtime. */
function blocked({ runtimes }: Report): string {
	const rows = asyncCalls(
		runtimes,
		(call) => call.median >= FRAME / 4,
		({ blocked }) => blocked,
	);
	const worst = runtimes.map((runtime) => Math.max(...calls(runtime).map(({ blocked = 0 }) => blocked)));
	const goals = worst.map((time) => `${digits(time)}, ${mark(FRAME, time <= FRAME)}`);
	return markdownTable(
		["calling thread blocked, ms", ...runtimes.map(({ name }) => name)],
		[...rows, ["by any call with a promise", ...goals]],
	);
}

function workerCalls({ runtimes }: Report): string {
	const rows = asyncCalls(
		runtimes,
		({ workerCalls = 0 }) => workerCalls > 1,
		({ workerCalls }) => workerCalls,
	);
	if (rows.length === 0) return "";
	return markdownTable(["messages to workers, where it is not one or none", ...runtimes.map(({ name }) => name)], rows);
}

type Call = RuntimeReport["outcomes"][number]["ours"][number];

const calls = ({ outcomes }: RuntimeReport): Call[] =>
	outcomes.flatMap(({ ours }) => ours.filter(({ way }) => hasWorkers(way)));

function asyncCalls(
	runtimes: readonly RuntimeReport[],
	filter: (call: Call) => boolean,
	value: (call: Call) => number | undefined,
): string[][] {
	const found = runtimes.map(
		({ outcomes }) =>
			new Map(
				outcomes.flatMap(({ name, ours }) => ours.filter((c) => c.way === "async").map((c) => [name, c] as const)),
			),
	);
	const names = new Set(found.flatMap((each) => [...each].filter(([, call]) => filter(call)).map(([name]) => name)));
	return [...names].map((name) => [
		name,
		...found.map((each) => {
			const call = each.get(name);
			const number = call && value(call);
			return number === undefined ? "" : Number.isInteger(number) ? String(number) : digits(number);
		}),
	]);
}

/** After one registration, three strings of 1 KiB and three times 4 MiB. */
function memory({ runtimes }: Report): string {
	if (runtimes.every(({ coldStarts }) => coldStarts.length === 0)) return "";
	const names = { "ours-sync": "ours, without a promise", "ours-async": "ours", reference: "reference" };
	const columns = runtimes.flatMap(({ name }) => (name === "Node" ? ["Node: heap", "process"] : [`${name}: heap`]));
	const rows = Object.entries(names).map(([kind, label]) => [
		label,
		...runtimes.flatMap(({ coldStarts }) => {
			const start = coldStarts.find((each) => each.kind === kind);
			return start ? [start.heap, ...(start.process === undefined ? [] : [start.process])].map(mebibytes) : [];
		}),
	]);
	return markdownTable(["memory after some work, MiB", ...columns], rows);
}

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

function bytes({ shipped }: Report): string {
	const number = (value: number) => value.toLocaleString("en");
	return markdownTable(
		["bytes shipped", "gzip", "brotli", "goal, gzip"],
		shipped.map(({ brotli, goal, gzip, name }) => [
			name,
			number(gzip),
			number(brotli),
			goal === undefined ? "" : mark(goal, gzip <= goal),
		]),
	);
}

/** What README.md quotes. */
const QUOTED = [
	"prepare a registration",
	'prepare a registration, argon2: "wasm"',
	"login, cryptography",
	'login, cryptography, argon2: "wasm"',
	"create a group",
	"open 1,000 group keys",
	"encrypt a string of 1 KiB",
	"verify and decrypt a string of 1 KiB",
	"encrypt 4 MiB",
];

/** The table of README.md with what stands above it, and the list of docs/speed.md. */
export function formatQuoted(report: Report): string {
	const columns = (runtime: string) => [`${runtime}: sentc_wasm`, "sentc-ts", "ratio"];
	const table = markdownTable(
		["operation", ...columns("Node"), ...columns("Chromium")],
		lines(report)
			.filter(({ name }) => QUOTED.includes(name))
			.map(({ name, node, chromium }) => [name, ...quoted(node), ...quoted(chromium)]),
	);
	return `Side by side with the reference client (\`npm run bench\`; ${where(report)}; ms per call, medians of samples taken in
turn; ratio below 1 = sentc-ts is faster):

${table}

${missed(report).join("\n")}`;
}

/** Rows whose goal is not met. */
function missed(report: Report): string[] {
	return lines(report).flatMap(({ name, node, chromium }) => {
		const texts = Object.entries({ Node: node, Chromium: chromium }).flatMap(([runtime, cell]) =>
			cell?.goal !== undefined && cell.ratio > cell.goal ? `${runtime} ${share(cell.ratio)} (≤ ${cell.goal})` : [],
		);
		return texts.length > 0 ? [`- ${name}: ${texts.join(", ")}`] : [];
	});
}

function quoted(cell: Cell | undefined): string[] {
	return cell ? [digits(cell.reference.median), digits(cell.ours.median), share(cell.ratio)] : ["", "", ""];
}
