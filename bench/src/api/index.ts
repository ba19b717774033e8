import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Connections } from "./connections.js";
import { apiRows, createTemplate } from "./rows.js";
import { Server, startApi } from "./server.js";
import { type Measured, measureSides, type Side } from "./sides.js";
import { median } from "./statistics.js";

const CONNECTIONS = 32;

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
const replays = values.smoke ? 10 : 1000;

interface Round {
	readonly rows: ReadonlyMap<string, Measured>;
	/** ms */
	readonly startTime: number;
	/** MB */
	readonly memory: number;
	/** MB */
	readonly memoryAfter: number;
}

const here = fileURLToPath(new URL("../../..", import.meta.url));
const checkouts = [here, ...(values.old === undefined ? [] : [values.old])];
const template = createTemplate();

async function openSide(checkout: string): Promise<Side> {
	const { server, appToken, stop } = await startApi(checkout);
	const connections = new Connections(server.port, CONNECTIONS);
	return {
		...{ server, connections, rows: apiRows(template, appToken, scale) },
		async stop() {
			connections.close();
			await stop();
		},
	};
}

/** All rows on new servers, one of each checkout. */
async function round(): Promise<Round[]> {
	const sides: Side[] = [];
	for (const checkout of checkouts) sides.push(await openSide(checkout));
	const usages = () => Promise.all(sides.map(({ server }) => server.usage()));
	const before = await usages();
	const results = await measureSides(sides, replays);
	const after = await usages();
	await Promise.all(sides.map(({ stop }) => stop()));
	return results.map((rows, at) => ({
		...{ rows, startTime: sides[at]?.server.startTime ?? 0 },
		...{ memory: before[at]?.memory ?? 0, memoryAfter: after[at]?.memory ?? 0 },
	}));
}

/** The smallest route of the HTTP stack, by method. */
async function floor(): Promise<ReadonlyMap<string, Measured>> {
	const server = await Server.start(fileURLToPath(new URL("floor.js", import.meta.url)));
	const connections = new Connections(server.port, CONNECTIONS);
	const rows = (["GET", "POST"] as const).map((method) => ({
		name: method,
		count: values.smoke ? 10 : 2000,
		requests: (count: number) =>
			Array.from({ length: count }, () => ({
				...{ method, path: "/" },
				...(method === "POST" && { body: { user_identifier: "somebody" } }),
			})),
	}));
	const [measured] = await measureSides([{ server, connections, rows, stop: () => server.stop() }], replays);
	connections.close();
	await server.stop();
	return measured ?? new Map();
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
	const of = (value: (round: Round) => number): string => number(median(all.map(value)), 0);
	const [start, memory, after] = [of((one) => one.startTime), of((one) => one.memory), of((one) => one.memoryAfter)];
	console.log(`${name}: listens after ${start} ms; memory ${memory} MB, after all rows ${after} MB`);
}

const all: Round[][] = [];
for (let index = 0; index < rounds; index++) all.push(await round());
const [own = [], old = []] = [0, 1].map((at) => all.flatMap((sides) => sides[at] ?? []));
console.log(
	`Node ${process.version}; CPU ms of the server process per request, ${CONNECTIONS} connections, medians of ${rounds}\n`,
);
printRows(summary(own), old.length > 0 ? summary(old) : undefined);
console.log("");
for (const [method, { cpu, perSecond }] of await floor()) {
	console.log(`smallest Hono route, ${method}: ${number(cpu)} CPU ms, ${number(perSecond, 0)} req/s`);
}
printStart("this checkout", own);
if (old.length > 0) printStart("the other one", old);
