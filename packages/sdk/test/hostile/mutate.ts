import * as fc from "fast-check";

// Changes the text of an honest answer. Each mutation is a plain record, so that fast-check can show and shrink it.

/** JSON as it stands in the text: also what `JSON.stringify` can't write. */
const JUNK = [
	"null",
	"true",
	"0",
	"-1",
	"1.5",
	"1e400",
	"9007199254740993",
	"NaN",
	"-Infinity",
	'""',
	'"5"',
	'"\\ud800"',
	"[]",
	"{}",
	"[[[]]]",
	'{"__proto__":{"polluted":true}}',
	`${"[".repeat(50_000)}${"]".repeat(50_000)}`,
	`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
	`[${"0,".repeat(100_000)}0]`,
	`"${"A".repeat(1_000_000)}"`,
];

/** Members of objects that code without care would take for its own. */
const POLLUTION = [
	'"__proto__":{"polluted":true,"status":true,"result":{}}',
	'"constructor":{"prototype":{"polluted":true}}',
	'"toString":null,"valueOf":1,"hasOwnProperty":true,"then":{}',
	'"__proto__":null,"prototype":{"polluted":true}',
];

/** Whole answers. */
const ANSWERS = [
	"",
	"null",
	"[]",
	'"Success"',
	"<!doctype html><title>502</title>",
	"\u0000\u0001\ufffd",
	'{"status":true}',
	'{"status":true,"result":null}',
	'{"status":true,"result":"Success"}',
	'{"status":true,"result":{}}',
	'{"status":true,"result":[]}',
	'{"status":"true","result":{}}',
	'{"status":false}',
	'{"status":false,"err_msg":"no","err_code":"1"}',
	'{"status":false,"err_msg":null,"err_code":112}',
	'{"status":false,"err_msg":"","err_code":0}',
	'{"status":false,"err_msg":"no","err_code":99999,"result":{"jwt":1}}',
	'{"status":false,"err_msg":"unknown key","err_code":304}',
	'{"status":false,"err_msg":"no such user","err_code":100}',
	'{"__proto__":{"status":true,"result":{}},"polluted":1}',
	'{"status":false,"status":true,"result":{}}',
];

type Change =
	| { do: "junk"; junk: number }
	| { do: "remove" }
	| { do: "twice"; junk: number }
	| { do: "pollute"; members: number }
	| { do: "swap"; with: number }
	| { do: "flip"; at: number; bit: number }
	| { do: "list"; shape: "empty" | "twice" | "reversed" | "endless" };

/** Where and how one answer is changed. */
export type Mutation =
	/** One place in the JSON. */
	| { of: "place"; at: number; change: Change }
	| { of: "text"; cut: number }
	| { of: "answer"; text: number }
	/** The answer to another request: stale, or of another user. */
	| { of: "other"; answer: number }
	| { of: "network"; failure: "refused" | "broken" | "status" | "redirect" };

const change: fc.Arbitrary<Change> = fc.oneof(
	{ weight: 5, arbitrary: fc.record({ do: fc.constant("junk" as const), junk: fc.nat(JUNK.length - 1) }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("twice" as const), junk: fc.nat(JUNK.length - 1) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("pollute" as const), members: fc.nat(POLLUTION.length - 1) }) },
	{ weight: 5, arbitrary: fc.record({ do: fc.constant("swap" as const), with: fc.nat(1000) }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("flip" as const), at: fc.nat(100_000), bit: fc.nat(6) }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant("list" as const),
			shape: fc.constantFrom("empty" as const, "twice" as const, "reversed" as const, "endless" as const),
		}),
	},
);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
	{ weight: 20, arbitrary: fc.record({ of: fc.constant("place" as const), at: fc.nat(1000), change }) },
	{ weight: 2, arbitrary: fc.record({ of: fc.constant("text" as const), cut: fc.nat(100_000) }) },
	{ weight: 2, arbitrary: fc.record({ of: fc.constant("answer" as const), text: fc.nat(ANSWERS.length - 1) }) },
	{ weight: 2, arbitrary: fc.record({ of: fc.constant("other" as const), answer: fc.nat(1000) }) },
	{
		weight: 1,
		arbitrary: fc.record({
			of: fc.constant("network" as const),
			failure: fc.constantFrom("refused" as const, "broken" as const, "status" as const, "redirect" as const),
		}),
	},
);

/** Strings of other answers by the name of their member, and those answers. */
export interface Pool {
	readonly strings: ReadonlyMap<string, readonly string[]>;
	readonly texts: readonly string[];
}

export function poolOf(texts: readonly string[]): Pool {
	const strings = new Map<string, string[]>();
	const collect = (name: string, value: unknown): void => {
		if (typeof value === "string") strings.set(name, [...(strings.get(name) ?? []), value]);
		if (typeof value !== "object" || value === null) return;
		for (const [inner, member] of Object.entries(value)) collect(Array.isArray(value) ? name : inner, member);
	};
	for (const text of texts) collect("", JSON.parse(text));
	return { strings, texts };
}

/** The answer to a request as the mutation makes it. */
export async function respond(honest: string, mutation: Mutation, pool: Pool): Promise<Response> {
	switch (mutation.of) {
		case "place":
			return new Response(changePlace(honest, mutation.at, mutation.change, pool));
		case "text":
			return new Response(honest.slice(0, mutation.cut % honest.length));
		case "answer":
			return new Response(ANSWERS[mutation.text] ?? "");
		case "other":
			return new Response(pool.texts[mutation.answer % pool.texts.length] ?? "");
		case "network":
			return fail(honest, mutation.failure);
	}
}

async function fail(honest: string, failure: "refused" | "broken" | "status" | "redirect"): Promise<Response> {
	if (failure === "refused") throw new TypeError("fetch failed");
	if (failure === "status") return new Response(honest, { status: 500 });
	if (failure === "redirect") return new Response(null, { status: 302, headers: { Location: "https://evil.example" } });
	const cut = new ReadableStream({
		start: (controller) => {
			controller.enqueue(new TextEncoder().encode(honest.slice(0, 10)));
			controller.error(new Error("connection reset"));
		},
	});
	return new Response(cut);
}

interface Place {
	parent: Record<string, unknown>;
	name: string;
}

/** Every member of the JSON, the envelope itself as a member of `root`. */
function* placesOf(parent: Record<string, unknown>): Generator<Place> {
	for (const name of Object.keys(parent)) {
		yield { parent, name };
		const value = parent[name];
		if (typeof value === "object" && value !== null) yield* placesOf(value as Record<string, unknown>);
	}
}

/** Stands in the JSON for text that `JSON.stringify` would not write. */
const RAW = "@@raw@@";

function changePlace(honest: string, at: number, change: Change, pool: Pool): string {
	const root = { envelope: JSON.parse(honest) };
	const places = [...placesOf(root)];
	const place = places[at % places.length];
	if (!place) return honest;
	const { parent, name } = place;
	const value = parent[name];
	const withRaw = (raw: string): string => {
		parent[name] = RAW;
		return JSON.stringify(root.envelope).replace(`"${RAW}"`, () => raw);
	};
	const json = (): string => JSON.stringify(root.envelope);

	switch (change.do) {
		case "junk":
			return withRaw(JUNK[change.junk] ?? "");
		case "remove":
			if (Array.isArray(parent)) parent.splice(Number(name), 1);
			else delete parent[name];
			return json() ?? "";
		case "twice":
			return withRaw(`${JSON.stringify(value)},${JSON.stringify(name)}:${JUNK[change.junk]}`);
		case "pollute": {
			const members = POLLUTION[change.members] ?? "";
			if (typeof value !== "object" || value === null || Array.isArray(value)) return withRaw(`{${members}}`);
			return withRaw(JSON.stringify(value).replace(/^\{/, () => `{${members}${Object.keys(value).length ? "," : ""}`));
		}
		case "swap": {
			const others = pool.strings.get(name) ?? [...pool.strings.values()].flat();
			parent[name] = others[change.with % others.length];
			return json();
		}
		case "flip":
			if (typeof value !== "string" || value === "") return withRaw("false");
			parent[name] = flip(value, change.at % value.length, change.bit);
			return json();
		case "list":
			parent[name] = reshape(Array.isArray(value) ? value : [value], change.shape);
			return json();
	}
}

function flip(text: string, at: number, bit: number): string {
	return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
}

function reshape(list: unknown[], shape: "empty" | "twice" | "reversed" | "endless"): unknown[] {
	if (shape === "empty") return [];
	if (shape === "twice") return [...list, ...list];
	if (shape === "reversed") return list.toReversed();
	return Array.from({ length: 3000 }, (_, index) => list[index % list.length]);
}
