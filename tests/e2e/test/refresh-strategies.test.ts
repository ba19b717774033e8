import { engines } from "@sentc-ts/browsers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineVisit, visitWith } from "../src/engine-visit.js";
import {
	chooseStrategy,
	getJwt,
	logIn,
	logOut,
	putClockForward,
	register,
	sentence,
	show,
	submit,
	textOf,
	waitForStatus,
} from "../src/person.js";

const REFRESHED_BY = { api: "PUT /api/v1/refresh", cookie: "GET /refresh", cookie_fn: "GET /refresh" } as const;

describe.each(engines)("refreshing in $name", (engine) => {
	let visit: EngineVisit;
	beforeAll(async () => {
		visit = await visitWith(engine);
	});
	afterAll(() => visit?.close());

	/** The page's own list of its requests. */
	const refreshes = (): Promise<string[]> =>
		visit.tab.evaluate(() =>
			[...document.querySelectorAll("#travels summary .path")]
				.map((path) => path.textContent ?? "")
				.filter((path) => /^(GET|PUT) .*\/refresh$/.test(path)),
		);

	describe.each(["api", "cookie", "cookie_fn"] as const)("by %s", (strategy) => {
		it("keeps a JWT that is valid, and replaces one that is about to end", async () => {
			const { tab } = visit;
			const name = `${visit.name}-${strategy}`;
			// The page starts with the first one.
			if (strategy !== "api") await chooseStrategy(tab, strategy);
			await register(tab, name);
			expect(await logIn(tab, name)).toBe(`You are logged in as ${name}.`);
			expect(await getJwt(tab)).toBe("The JWT is still valid, so it is the same.");
			expect(await refreshes()).toEqual([]);

			await putClockForward(tab);
			expect(await getJwt(tab)).toBe("The JWT is a new one.");
			expect(await refreshes()).toEqual([REFRESHED_BY[strategy]]);
			expect(await textOf(tab, "#jwt")).toContain("Issued bya refresh");
		});

		it("goes on after a reload", async () => {
			const { tab } = visit;
			await tab.reload();
			await waitForStatus(tab, `Logged in as ${visit.name}-${strategy}`);
			await show(tab, "refresh");
			await tab.click("#refresh-now");
			expect(await sentence(tab, "refresh")).toMatch(/^A new JWT came/);
			expect(await refreshes()).toEqual([REFRESHED_BY[strategy]]);
			expect(await submit(tab, "group", {}, "Create a group")).toMatch(/is created/);
		});

		it("ends with the log out, also after a reload", async () => {
			const { tab } = visit;
			expect(await logOut(tab)).toMatch(/logged out/);
			await tab.reload();
			await waitForStatus(tab, "Not logged in");
		});
	});

	if (engine.tellsComplaints) {
		it("gives the browser nothing to complain about", () => expect(visit.browser.complaints).toEqual([]));
	}
});
