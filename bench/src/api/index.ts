import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Connections, type HttpAnswer, type HttpRequest, requestBytes } from "./connections.js";
import { type ApiRow, apiRows, createTemplate } from "./rows.js";
import { type ApiServer, Server, startApi } from "./server.js";

const CONNECTIONS = 32;
const REPLAYS = 2000;

const { values } = parseArgs({
	options: {
		/** Another built checkout, which is measured in alternation. */
		old: { type: "string" },
		rounds: { type: "string", default: "3" },
		/** A few requests of each kind, to see that it runs: the times say nothing. */
		smoke: { type: "boolean", default: false },
	},
});
const rounds = values.smoke ? 1 : Number(values.rounds);
const scale = values.smoke ? 0 : 1;

/** Of one row, or of what happens before the first one. */
type Measured = Readonly<Record<"cpu" | "perSecond" | "p50" | "p95", number>> & { readonly sql?: number | undefined };
type Started = Readonly<Record<"startTime" | "memory" | "memoryAfter", number>>;
interface Round {
	readonly started: Started;
	readonly rows: ReadonlyMap<string, Measured>;
}

const here = fileURLToPath(new URL("../../..", import.meta.url));
const template = createTemplate();

function quantile(numbers: readonly number[], share: number): number {
	const sorted = numbers.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

function requireAnswer({ status, body }: HttpAnswer, { name, refused = false }: ApiRow): unknown {
	const envelope = JSON.parse(body);
	if (envelope.status === refused) throw new Error(`${name}: answered ${status} ${body.slice(0, 200)}`);
	return envelope.result;
}

async function measure(server: Server, connections: Connections, row: ApiRow): Promise<Measured> {
	const before = row.before?.() ?? [];
	await connections.send(before.map(requestBytes));
	const warm = Math.ceil(row.count / 5);
	const requests = row.requests(warm + row.count).map(requestBytes);
	const answers = await connections.send(requests.slice(0, warm));
	const [usage, started] = [await server.usage(), performance.now()];
	const measured = await connections.send(requests.slice(warm));
	const elapsed = performance.now() - started;
	const cpu = ((await server.usage()).cpu - usage.cpu) / row.count;
	const results = [...answers, ...measured].map((answer) => requireAnswer(answer, row));
	row.answered?.(results);
	const times = measured.map(({ time }) => time);
	return { cpu, perSecond: (row.count / elapsed) * 1000, p50: median(times), p95: quantile(times, 0.95) };
}

/** All rows on a new server. */
async function round(checkout: string): Promise<Round> {
	const api: ApiServer = await startApi(checkout);
	const { server } = api;
	const { memory } = await server.usage();
	const connections = await Connections.open(server.port, CONNECTIONS);
	const rows = new Map<string, Measured>();
	for (const row of apiRows(template, api.appToken, scale)) {
		const measured = await measure(server, connections, row);
		const sql = row.answered ? undefined : await statementsOf(server, connections, row);
		rows.set(row.name, { ...measured, sql });
	}
	const { memory: memoryAfter } = await server.usage();
	connections.close();
	await api.stop();
	return { started: { startTime: server.startTime, memory, memoryAfter }, rows };
}

function statementsOf(server: Server, connections: Connections, row: ApiRow): Promise<number | undefined> {
	const once = row.requests(1).map(requestBytes);
	return server.statementsOf(() => connections.send(once), values.smoke ? 10 : REPLAYS);
}

/** The smallest route of the HTTP stack, by method. */
async function floor(): Promise<Map<string, Measured>> {
	const server = await Server.start(fileURLToPath(new URL("floor.js", import.meta.url)));
	const connections = await Connections.open(server.port, CONNECTIONS);
	const measured = new Map<string, Measured>();
	const count = values.smoke ? 10 : 3000;
	for (const [method, body] of [["GET"], ["POST", { user_identifier: "somebody" }]] as const) {
		const many = (): HttpRequest[] => Array.from({ length: count * 1.2 }, () => ({ method, path: "/", body }));
		measured.set(method, await measure(server, connections, { name: method, count, requests: many }));
	}
	connections.close();
	await server.stop();
	return measured;
}

function medianOf(measured: readonly Measured[]): Measured {
	const of = (value: (one: Measured) => number): number => median(measured.map(value));
	const sqls = measured.flatMap(({ sql }) => (sql === undefined ? [] : [sql]));
	return {
		cpu: of(({ cpu }) => cpu),
		perSecond: of(({ perSecond }) => perSecond),
		p50: of(({ p50 }) => p50),
		p95: of(({ p95 }) => p95),
		sql: sqls.length > 0 ? median(sqls) : undefined,
	};
}

const LOGIN = ["prepare_login", "done_login", "verify_login"];

/** The medians of the rows, and the three requests of a login together. */
function summary(all: readonly Round[]): Map<string, Measured> {
	const names = [...(all[0]?.rows.keys() ?? [])];
	const rows = new Map(names.map((name) => [name, medianOf(all.flatMap(({ rows }) => rows.get(name) ?? []))] as const));
	const steps = LOGIN.flatMap((name) => rows.get(name) ?? []);
	const sum = (value: (one: Measured) => number): number => steps.reduce((total, step) => total + value(step), 0);
	const perSecond = 1 / sum((step) => 1 / step.perSecond);
	return rows.set("full login (three requests)", {
		cpu: sum(({ cpu }) => cpu),
		perSecond,
		p50: sum(({ p50 }) => p50),
		p95: sum(({ p95 }) => p95),
	});
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const number = (value: number | undefined, digits = 2): string => value?.toFixed(digits) ?? "";

function printRows(ours: Map<string, Measured>, olds: Map<string, Measured> | undefined): void {
	const head = ["request", "CPU ms", "SQL alone", "req/s", "p50 ms", "p95 ms"];
	console.log(line([...head, ...(olds ? ["CPU ms old", "req/s old", "new / old"] : [])]));
	console.log(line(["---", ...Array.from({ length: head.length - 1 + (olds ? 3 : 0) }, () => "---:")]));
	for (const [name, { cpu, sql, perSecond, p50, p95 }] of ours) {
		const old = olds?.get(name);
		const cells = [name, number(cpu), number(sql, 3), number(perSecond, 0), number(p50, 1), number(p95, 1)];
		const beside = old ? [number(old.cpu), number(old.perSecond, 0), number(cpu / old.cpu)] : [];
		console.log(line([...cells, ...beside]));
	}
}

function printStart(name: string, all: readonly Round[]): void {
	const of = (value: (started: Started) => number): string =>
		number(median(all.map(({ started }) => value(started))), 0);
	const [start, memory, after] = [of((s) => s.startTime), of((s) => s.memory), of((s) => s.memoryAfter)];
	console.log(`${name}: listens after ${start} ms; memory ${memory} MB, after all rows ${after} MB`);
}

const own: Round[] = [];
const old: Round[] = [];
for (let index = 0; index < rounds; index++) {
	if (values.old !== undefined) old.push(await round(values.old));
	own.push(await round(here));
}
console.log(
	`Node ${process.version}; CPU ms of the server process per request, ${CONNECTIONS} connections, medians of ${rounds}\n`,
);
printRows(summary(own), values.old === undefined ? undefined : summary(old));
console.log("");
for (const [method, { cpu, perSecond }] of await floor()) {
	console.log(`smallest Hono route, ${method}: ${number(cpu)} CPU ms, ${number(perSecond, 0)} req/s`);
}
printStart("this checkout", own);
if (values.old !== undefined) printStart("the other one", old);
