/**
 * What was loaded last, for reading without a network: ciphertexts, ids, and names of people. Keys and tokens are never here; the keys
 * that open the ciphertexts are in the storage of the SDK. Pages that are not secure have no cache, and keep nothing.
 */
const CACHE = "kept-answers";

const open = async (): Promise<Cache | undefined> => ("caches" in globalThis ? caches.open(CACHE) : undefined);

/** By the path alone: a request would bring its headers along, and with them the JWT. */
export async function keep(path: string, text: string): Promise<void> {
	await (await open())?.put(path, new Response(text)).catch(() => undefined); // A full disk is no reason not to show it.
}

export async function readKept(path: string): Promise<string | undefined> {
	return (await (await open())?.match(path))?.text();
}

export async function dropKept(path: string): Promise<void> {
	await (await open())?.delete(path);
}

export async function forgetKept(): Promise<void> {
	if ("caches" in globalThis) await caches.delete(CACHE);
}
