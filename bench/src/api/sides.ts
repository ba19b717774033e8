import { type Connections, type HttpAnswer, requestBytes } from "./connections.js";
import type { ApiRow } from "./rows.js";
import type { Server } from "./server.js";
import { median, quantile } from "./statistics.js";

/** Turns that the sides take on one row. */
const SLICES = 4;

/** Of one row. */
export interface Measured {
	/** Of the server, ms per request. */
	readonly cpu: number;
	readonly perSecond: number;
	/** ms */
	readonly p50: number;
	/** ms */
	readonly p95: number;
	/** Of its SQL alone, ms; absent where it writes. */
	readonly sql?: number | undefined;
}

/** A server, and what is sent to it. */
export interface Side {
	readonly server: Server;
	readonly connections: Connections;
	readonly rows: readonly ApiRow[];
	stop(): Promise<void>;
}

/**
 * All rows, each on all sides, in slices that take turns: what else the machine does meets all of them alike.
 *
 * @param replays how often the SQL of a row is run again
 */
export async function measureSides(sides: readonly Side[], replays: number): Promise<Map<string, Measured>[]> {
	const results = sides.map(() => new Map<string, Measured>());
	for (const [index, { name }] of (sides[0]?.rows ?? []).entries()) {
		const runs = await Promise.all(sides.map((side) => begin(side, rowOf(side, index))));
		for (let slice = 0; slice < SLICES; slice++) for (const run of runs) await run.next();
		for (const [at, side] of sides.entries()) {
			const measured = runs[at]?.finish();
			const sql = await statementsOf(side, rowOf(side, index), replays);
			if (measured) results[at]?.set(name, { ...measured, sql });
		}
	}
	return results;
}

function rowOf({ rows }: Side, index: number): ApiRow {
	const row = rows[index];
	if (row === undefined) throw new Error("The sides have other rows");
	return row;
}

async function begin({ server, connections }: Side, row: ApiRow) {
	await connections.send((row.before?.() ?? []).map(requestBytes));
	const warm = Math.ceil(row.count / 5);
	const requests = row.requests(warm + row.count).map(requestBytes);
	const answers = await connections.send(requests.slice(0, warm));
	const size = Math.ceil(row.count / SLICES);
	let [cpu, elapsed] = [0, 0];
	return {
		async next(): Promise<void> {
			await connections.open();
			const [usage, started] = [await server.usage(), performance.now()];
			answers.push(...(await connections.send(requests.slice(answers.length, answers.length + size))));
			elapsed += performance.now() - started;
			cpu += (await server.usage()).cpu - usage.cpu;
		},
		finish(): Measured {
			row.answered?.(answers.map((answer) => requireAnswer(answer, row)));
			const times = answers.slice(warm).map(({ time }) => time);
			const { length } = times;
			return {
				cpu: cpu / length,
				perSecond: (length / elapsed) * 1000,
				p50: median(times),
				p95: quantile(times, 0.95),
			};
		},
	};
}

function requireAnswer({ status, body }: HttpAnswer, { name, refused = false }: ApiRow): unknown {
	const envelope = JSON.parse(body);
	if (envelope.status === refused) throw new Error(`${name}: answered ${status} ${body.slice(0, 200)}`);
	return envelope.result;
}

/** What a row makes is needed by the next ones as it is. */
async function statementsOf({ server, connections }: Side, row: ApiRow, replays: number): Promise<number | undefined> {
	if (row.answered) return undefined;
	return server.statementsOf(() => connections.send(row.requests(1).map(requestBytes)), replays);
}
