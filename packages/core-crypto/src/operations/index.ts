import type { Op } from "../algorithms/op.js";
import { requireObject } from "../encoding/json.js";
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

/**
 * Every function that one of these files exports is an operation. Whole files, because editors show the docs of a function
 * through the namespace of its file, but not through a table of names.
 */
type Table = typeof account &
	typeof login &
	typeof password &
	typeof group &
	typeof rotation &
	typeof publicKeys &
	typeof content &
	typeof contentKey &
	typeof file &
	typeof filePart &
	typeof searchable &
	typeof sortable &
	typeof server;

const table: Table = {
	...account,
	...login,
	...password,
	...group,
	...rotation,
	...publicKeys,
	...content,
	...contentKey,
	...file,
	...filePart,
	...searchable,
	...sortable,
	...server,
};

type Input<Name extends keyof Table> = Parameters<Table[Name]>[0];
type Output<Name extends keyof Table> =
	ReturnType<Table[Name]> extends Op<infer Result> ? Result : ReturnType<Table[Name]>;

/**
 * All operations, as synchronous functions. Randomness is their only effect.
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

/** One that calls no primitive answers its result. */
type Operation = (input: never) => Op<unknown> | unknown;

/** Every operation as a function of its input. @param run starts it, and runs it to its end */
export function bindOperations<Bound extends Operations | AsyncOperations>(
	run: (start: () => unknown) => unknown,
): Bound {
	const bound = Object.entries<Operation>(table).map(([name, operation]) => [
		name,
		(input: never) =>
			run(() => {
				requireObject(input, "input");
				return operation(input);
			}),
	]);
	return Object.fromEntries(bound) as Bound;
}

/** All names, for operations that run elsewhere. */
export const operationNames = Object.keys(table) as readonly (keyof Operations)[];
