import * as fake from "fake-indexeddb";
import { afterAll, vi } from "vitest";

/** IndexedDB in memory, for the tests of one file. */
export function useFakeIndexedDb(): void {
	for (const [name, value] of Object.entries(fake)) {
		if (/^(IDB|indexedDB$)/.test(name)) vi.stubGlobal(name, value);
	}
	afterAll(() => void vi.unstubAllGlobals());
}
