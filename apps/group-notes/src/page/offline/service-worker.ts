/**
 * Keeps the files of the page, and `config.json`, so that it starts without a network. It sees no request of anything else, so it holds
 * nothing of a person; ciphertexts are kept by the page (`kept.ts`), keys by the SDK.
 */

/** Events of a service worker, as far as they are used here (Service Workers §4); TypeScript has them in a library that knows no pages. */
interface LastingEvent extends Event {
	waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends LastingEvent {
	readonly request: Request;
	respondWith(answer: Promise<Response>): void;
}
interface Worker {
	addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
	addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
	skipWaiting(): Promise<void>;
	readonly clients: { claim(): Promise<void> };
}

/** Filled in by the build: a word for these very files, and their paths. */
declare const SHELL_VERSION: string;
declare const SHELL_FILES: readonly string[];

const worker = globalThis as unknown as Worker;
const CACHE = `shell-${SHELL_VERSION}`;

worker.addEventListener("install", (event) => {
	event.waitUntil(
		(async () => {
			const cache = await caches.open(CACHE);
			await cache.addAll([...SHELL_FILES]);
			await worker.skipWaiting();
		})(),
	);
});

worker.addEventListener("activate", (event) => {
	event.waitUntil(
		(async () => {
			const old = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== CACHE);
			await Promise.all(old.map((name) => caches.delete(name)));
			await worker.clients.claim();
		})(),
	);
});

worker.addEventListener("fetch", (event) => {
	const { pathname, origin } = new URL(event.request.url);
	if (event.request.method !== "GET" || origin !== location.origin || !SHELL_FILES.includes(pathname)) return;
	const isNamedByContent = pathname.startsWith("/assets/");
	event.respondWith(isNamedByContent ? fromCache(event.request) : fromNetwork(event.request));
});

async function fromCache(request: Request): Promise<Response> {
	return (await caches.match(request)) ?? fetch(request);
}

/** The newest one where there is a network, so that a page never starts with files of another version. */
async function fromNetwork(request: Request): Promise<Response> {
	try {
		return await fetch(request);
	} catch (error) {
		const kept = await caches.match(request);
		if (kept) return kept;
		throw error;
	}
}
