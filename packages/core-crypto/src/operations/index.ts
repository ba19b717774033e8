import type { Op } from "../algorithms/types.js";
import { requireObject } from "../encoding/json.js";
import type { Primitives } from "../primitives/types.js";
import * as account from "./account.js";
import * as content from "./content.js";
import * as contentKey from "./content-key.js";
import * as file from "./file.js";
import * as filePart from "./file-part.js";
import * as group from "./group.js";
import * as login from "./login.js";
import * as password from "./password.js";
import * as publicKeys from "./public-keys.js";
import * as rotation from "./rotation.js";
import * as searchable from "./searchable.js";
import * as server from "./server.js";
import * as sortable from "./sortable.js";

type PlainOperation = (primitives: Primitives, input: never) => unknown;
type ContentOperation = (primitives: Primitives, input: never) => Op<unknown>;

/**
 * Every function that one of these files exports is an operation. Whole files, because editors show the docs of a function
 * through the namespace of its file, but not through a table of names.
 */
type PlainTable = typeof account &
	typeof login &
	typeof password &
	typeof group &
	typeof rotation &
	typeof publicKeys &
	typeof contentKey &
	typeof file &
	typeof searchable &
	typeof sortable &
	typeof server;

const plainOperations: PlainTable = {
	...account,
	...login,
	...password,
	...group,
	...rotation,
	...publicKeys,
	...contentKey,
	...file,
	...searchable,
	...sortable,
	...server,
};

type ContentTable = typeof content & typeof filePart;

const contentOperations: ContentTable = { ...content, ...filePart };

type Table = PlainTable & ContentTable;
type Input<Name extends keyof Table> = Parameters<Table[Name]>[1];
type Output<Name extends keyof Table> =
	ReturnType<Table[Name]> extends Op<infer Result> ? Result : ReturnType<Table[Name]>;

/**
 * All operations, as plain synchronous functions. Randomness is their only effect.
 *
 * Every function throws `InvalidInput` for an argument of the wrong type and `CryptoError` for keys and ciphertexts that are
 * wrong; of the codes, each names those that a caller may want to tell apart. Inputs and results survive structured cloning.
 * Keys are the opaque key strings of protocol/crypto §4, except where "exported" says that it is the JSON for others.
 */
export type Operations = {
	readonly [Name in keyof Table]: (input: Input<Name>) => Output<Name>;
};

/** The {@link Operations} as promises, wherever they run. */
export type AsyncOperations = {
	readonly [Name in keyof Table]: (input: Input<Name>) => Promise<Output<Name>>;
};

/** How the operations are run. */
export interface Runners {
	plain(operation: PlainOperation, input: never): unknown;
	/** For those whose cost is the payload. */
	content(operation: ContentOperation, input: never): unknown;
}

/** Every operation as a function of its input. */
export function bindOperations<Bound extends Operations | AsyncOperations>({ plain, content }: Runners): Bound {
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
	return Object.fromEntries(bound) as Bound;
}

/** All names, for operations that run elsewhere. */
export const operationNames = Object.keys({
	...plainOperations,
	...contentOperations,
}) as readonly (keyof Operations)[];

function requireInput<Input>(input: Input): Input {
	requireObject(input, "input");
	return input;
}
