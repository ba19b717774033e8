import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** A scope that counts who listens to messages. */
const listen = vi.fn();
beforeEach(() => {
	vi.resetModules();
	listen.mockClear();
	vi.stubGlobal("addEventListener", listen);
});
afterEach(() => vi.unstubAllGlobals());

const load = (): Promise<unknown> => import("../../src/worker/web-worker.js");

describe("the script of the worker, loaded into a page where other origins send messages", () => {
	it("answers nobody", async () => {
		await load();
		expect(listen).not.toHaveBeenCalled();
	});

	it("answers nobody in a shared or service worker either", async () => {
		vi.stubGlobal("DedicatedWorkerGlobalScope", class {});
		await load();
		expect(listen).not.toHaveBeenCalled();
	});

	it("answers the page that started it", async () => {
		const scope = class {};
		Object.defineProperty(scope, Symbol.hasInstance, { value: (value: unknown) => value === globalThis });
		vi.stubGlobal("DedicatedWorkerGlobalScope", scope);
		await load();
		expect(listen).toHaveBeenCalledWith("message", expect.any(Function));
	});
});
