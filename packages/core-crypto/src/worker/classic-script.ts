import type { CryptoBackend, SyncCrypto } from "../crypto.js";
import { WorkerError } from "../errors.js";
import { operationNames } from "../operations/index.js";
import type { Primitives } from "../primitives/types.js";
import { rebuildError } from "./thrown.js";
import type * as workerScript from "./web-worker.js";
import { forwardOperations } from "./worker-backend.js";

// Takes the place of `crypto.ts` and `primitives/noble.ts` in the classic script. A worker needs all of the cryptography anyhow, so it
// is in the worker's script alone. The page runs that one, too, for what runs in the page: the browser fetches it once.

/** The script that this is part of: only known while it runs for the first time. */
const own = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;

let loaded: typeof workerScript | undefined;
let loading: Promise<void> | undefined;

/** @throws WorkerError `WORKER_LOAD_FAILED` naming the URL. The next call tries again */
export function loadCrypto(): Promise<void> {
	loading ??= load().catch((error: unknown) => {
		loading = undefined;
		throw error;
	});
	return loading;
}

/** Its functions work when {@link loadCrypto} has resolved. */
export function createCrypto(): SyncCrypto {
	const run = (name: (typeof operationNames)[number], input: unknown): unknown => {
		const { crypto } = required();
		return inThisScript(() => (crypto[name] as (input: unknown) => unknown)(input));
	};
	const operations = operationNames.map((name) => [name, (input: unknown) => run(name, input)]);
	return { ...Object.fromEntries(operations), clear: () => loaded?.crypto.clear() };
}

/** Its functions wait for {@link loadCrypto}. */
export function createInThreadBackend(): CryptoBackend {
	const clear = async (): Promise<void> => loaded?.crypto.clear();
	const operations = forwardOperations(async (name, input) => {
		if (!loaded) await loadCrypto();
		const run = required().backend[name] as (input: unknown) => Promise<unknown>;
		return run(input).catch(rethrow);
	});
	return { ...operations, warmUp() {}, clear, close: clear };
}

export function sha256(data: Uint8Array): Uint8Array {
	const { sha256: run } = required();
	return inThisScript(() => run(data));
}

/** For checksums. */
export function createPrimitives(): Pick<Primitives, "sha256"> {
	return { sha256 };
}

function required(): typeof workerScript {
	if (loaded) return loaded;
	throw new WorkerError("WORKER_LOAD_FAILED", "The cryptography is not loaded yet: wait for init()");
}

/** The other script has classes of its own, which no `instanceof` knows here. */
function inThisScript<Result>(run: () => Result): Result {
	try {
		return run();
	} catch (error) {
		return rethrow(error);
	}
}

function rethrow(error: unknown): never {
	throw rebuildError(required().describeError(error));
}

async function load(): Promise<void> {
	if (!own?.src) {
		throw new WorkerError("WORKER_LOAD_FAILED", "sentc.min.js must be the src of a script element");
	}
	const { href } = new URL("./sentc.worker.js", own.src);
	await run(href, own).catch((cause: unknown) => {
		throw new WorkerError("WORKER_LOAD_FAILED", `The cryptography could not be loaded from ${href}`, cause);
	});
	loaded = Reflect.get(globalThis, "SentcWorker");
}

/** With what lets this script through a policy, and through the network. */
function run(src: string, { nonce, crossOrigin, referrerPolicy }: HTMLScriptElement): Promise<void> {
	return new Promise((resolve, reject) => {
		const script = Object.assign(document.createElement("script"), { nonce, crossOrigin, referrerPolicy, src });
		script.onload = () => resolve();
		script.onerror = () => reject(new Error("The script was not loaded"));
		document.head.append(script);
	});
}

// At once, while the page goes on. Who waits for it hears of a failure.
if (own) loadCrypto().catch(() => {});
