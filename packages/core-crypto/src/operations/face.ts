import type { Op } from "../algorithms/types.js";
import { requireObject } from "../encoding/json.js";
import type { Primitives } from "../primitives/types.js";
import type { Operations } from "./operations.js";
import { contentOperations, plainOperations } from "./table.js";

type PlainOperation = (primitives: Primitives, input: never) => unknown;
type ContentOperation = (primitives: Primitives, input: never) => Op<unknown>;

/** How a face runs the operations of both tables. */
export interface Runners {
	plain(operation: PlainOperation, input: never): unknown;
	content(operation: ContentOperation, input: never): unknown;
}

/**
 * One function of an input for every operation of the tables. `Face` must have exactly their names, which the types of
 * the tables guarantee for everything derived from `Operations`.
 */
export function bindOperations<Face>({ plain, content }: Runners): Face {
	const bound = [
		...Object.entries<PlainOperation>(plainOperations).map(([name, operation]) => [
			name,
			(input: never) => plain((primitives, given) => operation(primitives, requireInput(given)), input),
		]),
		...Object.entries<ContentOperation>(contentOperations).map(([name, operation]) => [
			name,
			(input: never) => content((primitives, given) => operation(primitives, requireInput(given)), input),
		]),
	];
	return Object.fromEntries(bound) as Face;
}

/** All names, for a face whose operations run elsewhere. */
export const operationNames: readonly (keyof Operations)[] = [
	...Object.keys(plainOperations),
	...Object.keys(contentOperations),
] as (keyof Operations)[];

function requireInput<Input>(input: Input): Input {
	requireObject(input, "input");
	return input;
}
