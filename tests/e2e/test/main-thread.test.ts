import { afterEach, describe, expect, it } from "vitest";
import { countOnMainThread } from "../src/executed.js";
import { logIn, register } from "../src/person.js";
import { openPage, type Visit } from "../src/visit.js";

const visits: Visit[] = [];
afterEach(async () => {
	for (const visit of visits.splice(0)) await visit.close();
});

/** Argon2, hashes, curves, KEM, signatures: the libraries, and what core-crypto builds on them. */
const CRYPTOGRAPHY = /@noble\/|core-crypto\/dist\/(aes|algorithms|argon2|lattice|primitives)\//;

interface Login {
	visit: Visit;
	/** Source files with functions that ran on the page's own thread. */
	executed: string[];
	/** Turns of the page's event loop while the keys were derived from the password: between the first and the second request. */
	turns: number;
}

async function watchLogin({ workers }: { workers: boolean }): Promise<Login> {
	const visit = await openPage();
	visits.push(visit);
	const { name, page } = visit;
	await page.addInitScript(countTurns);
	if (!workers) await page.addInitScript(() => Reflect.deleteProperty(globalThis, "Worker"));
	await page.reload();
	await page.getByText("Not logged in").waitFor();
	await register(page, name);
	const counter = await countOnMainThread(page);
	await counter.take();
	expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
	const executed = await counter.take();
	const turns = await page.evaluate(() => Number(document.documentElement.dataset["turns"]));
	return { visit, executed, turns };
}

/** Runs in the page: counts from the answer to `prepare_login` to the request `done_login`. */
function countTurns(): void {
	let turns = 0;
	const { port1, port2 } = new MessageChannel();
	port1.onmessage = () => {
		turns += 1;
		port2.postMessage(undefined);
	};
	port2.postMessage(undefined);
	const { fetch } = globalThis;
	globalThis.fetch = async (input, init) => {
		const url = input instanceof Request ? input.url : String(input);
		if (url.endsWith("/done_login")) document.documentElement.dataset["turns"] = String(turns);
		const response = await fetch(input, init);
		if (url.endsWith("/prepare_login")) turns = 0;
		return response;
	};
}

describe("during login", () => {
	it("the cryptography runs in a worker, not on the page's thread, which goes on", async () => {
		const { executed, turns, visit } = await watchLogin({ workers: true });
		expect(visit.page.workers()).toHaveLength(1);
		expect(executed).toContainEqual(expect.stringContaining("sdk/dist/session/login.js"));
		expect(executed.filter((source) => CRYPTOGRAPHY.test(source))).toEqual([]);
		expect(turns).toBeGreaterThan(100);
		expect(visit.complaints).toEqual([]);
	});

	it("without workers it runs on the page's thread, and the counter sees it", async () => {
		const { executed, turns } = await watchLogin({ workers: false });
		expect(turns).toBeLessThan(100);
		for (const part of ["core-crypto/dist/argon2", "lattice/kyber", "primitives/web-curves"]) {
			expect(executed).toContainEqual(expect.stringContaining(part));
		}
	});
});
