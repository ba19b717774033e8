import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { register } from "../src/person.js";
import { openPage, type Visit } from "../src/visit.js";

let visit: Visit;
beforeAll(async () => {
	visit = await openPage();
});
afterAll(() => visit?.close());

/** What the tests of the journey would see if the page broke a rule. (The policy does not hold for what `evaluate` runs at once.) */
describe("the Content-Security-Policy", () => {
	it.each([
		[
			"an inline script",
			"script-src-elem",
			"const s = document.createElement('script'); s.textContent = '1'; document.body.append(s);",
		],
		["eval", "script-src", "setTimeout(() => new Function(''));"],
		[
			"WebAssembly",
			"script-src",
			"WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).catch(() => {});",
		],
		[
			"an inline style",
			"style-src-elem",
			"const s = document.createElement('style'); s.textContent = 'a{}'; document.body.append(s);",
		],
		["a worker from a blob", "worker-src", "try { new Worker(URL.createObjectURL(new Blob(['1']))) } catch {}"],
		["a request to another host", "connect-src", "fetch('http://127.0.0.1:9/').catch(() => {});"],
		["an image from a data: URL", "img-src", "new Image().src = 'data:image/png;base64,AAAA';"],
	])("refuses and reports %s", async (_, directive, code) => {
		const { complaints, page } = visit;
		complaints.length = 0;
		await page.evaluate(code);
		await expect.poll(() => complaints.filter((text) => text.startsWith("policy:")).join()).toContain(directive);
	});

	it("holds in the crypto worker too", async () => {
		const { name, page } = visit;
		await register(page, name);
		const refusal = await page.workers()[0]?.evaluate(
			() =>
				new Promise((resolve) => {
					setTimeout(() => {
						try {
							resolve(new Function("return 'it ran'")());
						} catch (error) {
							resolve(String(error));
						}
					});
				}),
		);
		expect(refusal).toMatch(/^EvalError: .*Content Security Policy/);
	});
});
