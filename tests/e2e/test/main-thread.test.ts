import { afterEach, describe, expect, it } from "vitest";
import { countOnMainThread } from "../src/executed.js";
import { logIn, register } from "../src/person.js";
import { openPage, type Visit } from "../src/visit.js";

const visits: Visit[] = [];
afterEach(async () => {
	for (const visit of visits.splice(0)) await visit.close();
});

/** Argon2, hashes, curves, KEM, signatures: the libraries, and what core-crypto builds on them. */
const CRYPTOGRAPHY = /@noble\/|core-crypto\/dist\/(algorithms|argon2|lattice|primitives)\//;

interface Login {
	visit: Visit;
	/** Source files with functions that ran on the page's own thread. */
	executed: string[];
	/** Animation frames while the keys were derived from the password: between the first and the second request. */
	frames: number;
}

async function watchLogin({ workers }: { workers: boolean }): Promise<Login> {
	const visit = await openPage();
	visits.push(visit);
	const { name, page } = visit;
	await page.addInitScript(countFrames);
	if (!workers) await page.addInitScript(() => Reflect.deleteProperty(globalThis, "Worker"));
	await page.reload();
	await page.getByText("Not logged in").waitFor();
	await register(page, name);
	const counter = await countOnMainThread(page);
	await counter.take();
	expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
	const executed = await counter.take();
	const frames = await page.evaluate(() => Number(document.documentElement.dataset["frames"]));
	return { visit, executed, frames };
}

/** Runs in the page: counts the frames from the answer to `prepare_login` to the request `done_login`. */
function countFrames(): void {
	let frames = 0;
	const next = (): void => {
		frames += 1;
		requestAnimationFrame(next);
	};
	requestAnimationFrame(next);
	const { fetch } = globalThis;
	globalThis.fetch = async (input, init) => {
		const url = input instanceof Request ? input.url : String(input);
		if (url.endsWith("/done_login")) document.documentElement.dataset["frames"] = String(frames);
		const response = await fetch(input, init);
		if (url.endsWith("/prepare_login")) frames = 0;
		return response;
	};
}

describe("during login", () => {
	it("the cryptography runs in a worker, not on the page's thread, and animation goes on", async () => {
		const { executed, frames, visit } = await watchLogin({ workers: true });
		expect(visit.page.workers()).toHaveLength(1);
		expect(executed).toContainEqual(expect.stringContaining("sdk/dist/session/login.js"));
		expect(executed.filter((source) => CRYPTOGRAPHY.test(source))).toEqual([]);
		expect(frames).toBeGreaterThan(2);
		expect(visit.complaints).toEqual([]);
	});

	it("without workers it runs on the page's thread, and the counter sees it", async () => {
		const { executed } = await watchLogin({ workers: false });
		for (const part of ["core-crypto/dist/argon2", "algorithms/kyber", "curves/ed25519"]) {
			expect(executed).toContainEqual(expect.stringContaining(part));
		}
	});
});
