import type * as z from "zod/mini";

/** Largest body of JSON, bytes (protocol/http-api §1.1). */
export const MAX_BODY = 262_144;

/** A schema of the contract as it looks to who walks through it. */
export type Schema = z.ZodMiniType & { readonly _zod: { readonly def: Definition } };

interface Definition {
	readonly type: string;
	readonly shape?: Readonly<Record<string, Schema>>;
	readonly element?: Schema;
	readonly innerType?: Schema;
	readonly options?: readonly Schema[];
	readonly values?: readonly unknown[];
	/** Of an enum. */
	readonly entries?: Readonly<Record<string, unknown>>;
	readonly checks?: readonly { readonly _zod: { readonly def: { readonly check: string } } }[];
	readonly format?: string;
}

/** The members of a schema that may be as long or as large as the sender likes, by their path. */
export function unbounded(schema: Schema, path = ""): string[] {
	const { def } = schema._zod;
	const has = (check: string) => def.checks?.some(({ _zod }) => _zod.def.check === check) === true;
	switch (def.type) {
		case "string":
			return has("max_length") ? [] : [path];
		case "array": {
			const own = has("max_length") ? [] : [path];
			return def.element === undefined ? own : [...own, ...unbounded(def.element, `${path}[]`)];
		}
		case "number":
			return has("less_than") || def.format === "safeint" ? [] : [path];
		case "object":
			return Object.entries(def.shape ?? {}).flatMap(([name, member]) => unbounded(member, `${path}.${name}`));
		case "optional":
		case "nullable":
			return def.innerType === undefined ? [path] : unbounded(def.innerType, path);
		case "union":
			return (def.options ?? []).flatMap((option) => unbounded(option, path));
		case "boolean":
		case "enum":
		case "literal":
		case "null":
			return [];
		default:
			throw new Error(`nobody told how long a ${def.type} may be`);
	}
}

/** A small value that fits, with these items in every array. */
function fitting(schema: Schema, items: (element: Schema) => unknown[]): unknown {
	const { type, shape = {}, element, innerType, options, values, entries } = schema._zod.def;
	if (type === "object") {
		return Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, fitting(member, items)]));
	}
	if (element !== undefined) return items(element);
	const [inner = innerType] = options ?? [];
	if (inner !== undefined) return fitting(inner, items);
	if (values !== undefined) return values[0];
	if (entries !== undefined) return Object.values(entries)[0];
	const simple: Readonly<Record<string, unknown>> = { string: "", boolean: false, null: null };
	return type in simple ? simple[type] : 0;
}

/** As many of these as a body has room for. */
function filled(item: unknown): unknown[] {
	return Array(Math.floor((MAX_BODY - 1000) / (JSON.stringify(item).length + 1))).fill(item);
}

/** Bodies of the largest size that are made to keep a check busy: few of them fit the schema. */
export function worstBodies(schema: Schema): { kind: string; body: unknown }[] {
	const whole = (element: Schema) => fitting(element, () => []);
	const items: Record<string, (element: Schema) => unknown> = {
		"empty objects": () => ({}),
		"empty arrays": () => [],
		numbers: () => 0,
		nothing: () => null,
		"empty texts": () => "",
		"items that fit": whole,
		"items whose last member is wrong": (element) => withLast(whole(element), {}),
	};
	return Object.entries(items).flatMap(([kind, item]) => {
		const inside = fitting(schema, (element) => filled(item(element)));
		const pages = [100, 101, 200, 201].map((count) => ({
			kind: `${count} ${kind}`,
			body: fitting(schema, (element) => Array(count).fill(item(element))),
		}));
		const outside = filled(item(schema));
		const unknown = Object.fromEntries(outside.slice(0, 20_000).map((value, index) => [`n${index}`, value]));
		return [
			...pages,
			{ kind: `${kind} in each array`, body: inside },
			{ kind: `an array of ${kind}`, body: outside },
			{ kind: `unknown members: ${kind}`, body: { ...unknown, ...(inside as object) } },
		];
	});
}

function withLast(value: unknown, last: unknown): unknown {
	const name = typeof value === "object" && value !== null ? Object.keys(value).at(-1) : undefined;
	return name === undefined ? last : { ...(value as object), [name]: last };
}

/** The value, and how many members and items of it were read. */
export function visits(value: unknown): { watched: unknown; count: () => number } {
	let count = 0;
	const watch = (node: unknown): unknown => {
		if (typeof node !== "object" || node === null) return node;
		return new Proxy(node, {
			get(target, name) {
				const member: unknown = Reflect.get(target, name);
				if (!Object.hasOwn(target, name) || name === "length") return member;
				count++;
				return watch(member);
			},
			ownKeys(target) {
				const keys = Reflect.ownKeys(target);
				count += keys.length;
				return keys;
			},
		});
	};
	return { watched: watch(value), count: () => count };
}

/** Each text of a value in turn, replaced by another one. */
export function leaves(value: unknown, replace: (text: string) => string): { path: string; replaced: unknown }[] {
	if (typeof value === "string") return [{ path: "", replaced: replace(value) }];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, member]) =>
		leaves(member, replace).map(({ path, replaced }) => ({
			path: `.${name}${path}`,
			replaced: Array.isArray(value) ? value.with(Number(name), replaced) : { ...(value as object), [name]: replaced },
		})),
	);
}
