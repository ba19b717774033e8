import { digits, markdownTable, share } from "./markdown.js";
import { type Cell, type Line, lines, type Report, type RuntimeReport } from "./report.js";

/** Longest task that any call with a promise may cause, ms: one frame. */
const FRAME = 16;

/** The whole report. */
export function formatReport(report: Report): string {
	return [
		heading(report),
		operations(report),
		blocked(report),
		workerCalls(report),
		memory(report),
		bytes(report),
	].join("\n\n");
}

function heading({ date, machine, runtimes }: Report): string {
	const versions = runtimes.map(({ name, version }) => `${name} ${version}`).join(", ");
	return `${date}: ${versions}; ${machine}. ms per call, medians of samples taken in turn, p95 in parentheses.
Ratio: ours / sentc_wasm 0.15.0, below 1 = ours is faster. Goals: ✓ = met, ✗ = not met.`;
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
	return markdownTable(["messages to workers, where it is not one or none", ...runtimes.map(({ name }) => name)], rows);
}

type Call = RuntimeReport["outcomes"][number]["ours"][number];

const calls = ({ outcomes }: RuntimeReport): Call[] =>
	outcomes.flatMap(({ ours }) => ours.filter(({ way }) => way === "async"));

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

/** After one registration, five strings of 1 KiB and five times 4 MiB. */
function memory({ runtimes }: Report): string {
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
	"login, cryptography",
	"create a group",
	"open 1,000 group keys",
	"encrypt a string of 1 KiB",
	"verify and decrypt a string of 1 KiB",
	"encrypt 4 MiB",
];

/** The table of README.md. */
export function formatReadme(report: Report): string {
	const rows = lines(report).filter(({ name }) => QUOTED.includes(name));
	const columns = (runtime: string) => [`${runtime}: sentc_wasm`, "sentc-ts", "ratio"];
	return markdownTable(
		["operation, ms", ...columns("Node"), ...columns("Chromium")],
		rows.map(({ name, node, chromium }: Line) => [name, ...quoted(node), ...quoted(chromium)]),
	);
}

function quoted(cell: Cell | undefined): string[] {
	return cell ? [digits(cell.reference.median), digits(cell.ours.median), share(cell.ratio)] : ["", "", ""];
}
