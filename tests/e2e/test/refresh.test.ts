import type { Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseStrategy, logIn, register, sentence, show, submit } from "../src/person.js";
import { advance, openPage, type Visit } from "../src/visit.js";

type Strategy = "api" | "cookie" | "cookie_fn";

/** A person who is logged in with the strategy. */
async function openWith(strategy: Strategy): Promise<Visit> {
	const visit = await openPage();
	const { name, page } = visit;
	if (strategy !== "api") await chooseStrategy(page, strategy);
	await register(page, name);
	await logIn(page, name);
	return visit;
}

/** `METHOD url` of the refreshes that the page asks for from now on. */
function watchRefreshes({ page }: Visit): string[] {
	const seen: string[] = [];
	page.on("request", (request: Request) => {
		if (/\/refresh$/.test(request.url()) && request.method() !== "OPTIONS") {
			seen.push(`${request.method()} ${request.url()}`);
		}
	});
	return seen;
}

/** Everything that scripts of the page can reach: both storages, the databases, the cookies. */
async function reachableByScripts({ page }: Visit): Promise<string> {
	return page.evaluate(async () => {
		const values: unknown[] = [document.cookie, { ...localStorage }, { ...sessionStorage }];
		const result = <T>(request: IDBRequest<T>): Promise<T> =>
			new Promise((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(request.error);
			});
		for (const { name } of await indexedDB.databases()) {
			const db = await result(indexedDB.open(String(name)));
			for (const store of db.objectStoreNames) {
				values.push(await result(db.transaction(store).objectStore(store).getAll()));
			}
			db.close();
		}
		return JSON.stringify(values);
	});
}

const ALMOST_EXPIRED = 280_000;
const LONG_EXPIRED = 3_600_000;

const getJwt = (visit: Visit): Promise<string> => submit(visit.page, "refresh", {}, "Get the JWT");

describe.each(["api", "cookie", "cookie_fn"] as const)("refreshing by %s", (strategy) => {
	let visit: Visit;
	beforeAll(async () => {
		visit = await openWith(strategy);
	});
	afterAll(() => visit?.close());

	it("keeps a JWT that is valid, and replaces it with 30 seconds left and after its end", async () => {
		const { complaints, page, servers } = visit;
		const refreshes = watchRefreshes(visit);
		const expected = strategy === "api" ? `PUT ${servers.apiUrl}/api/v1/refresh` : `GET ${servers.backendUrl}/refresh`;

		expect(await getJwt(visit)).toBe("The JWT is still valid, so it is the same.");
		expect(refreshes).toEqual([]);

		await advance(visit, ALMOST_EXPIRED);
		expect(await getJwt(visit)).toBe("The JWT is a new one.");
		expect(refreshes).toEqual([expected]);
		expect(await page.locator("#jwt").textContent()).toContain("Issued bya refresh");
		expect(await getJwt(visit)).toBe("The JWT is still valid, so it is the same.");

		await advance(visit, LONG_EXPIRED);
		expect(await submit(page, "sessions", {}, "Show them")).toBe("The newest sessions: 1.");
		expect(refreshes).toEqual([expected, expected]);
		if (strategy === "cookie_fn")
			await page.locator("#jwt dt:text-is('Calls of your function') + dd:text-is('2')").waitFor({ state: "attached" });
		expect(complaints).toEqual([]);
	});

	it("goes on after a reload with an expired JWT", async () => {
		const { complaints, name, page } = visit;
		await advance(visit, LONG_EXPIRED);
		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		expect(await submit(page, "group", {}, "Create a group")).toMatch(/is created/);
		expect(complaints).toEqual([]);
	});

	it("refreshes at once when asked", async () => {
		const { page } = visit;
		await show(page, "refresh");
		await page.getByRole("button", { name: "Refresh it now" }).click();
		expect(await sentence(page, "refresh")).toMatch(/^A new JWT came/);
	});

	if (strategy === "api") {
		it("has no refresh cookie: the refresh token is stored by the SDK", async () => {
			expect(await visit.browser.context.cookies()).toEqual([]);
			expect(await reachableByScripts(visit)).toMatch(/"refresh_token":"[\w-]{40,}"/);
		});
		return;
	}

	it("has a refresh cookie out of reach for scripts", async () => {
		const { browser, name, page } = visit;
		const cookies = await browser.context.cookies();
		expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);
		const token = String(cookies[0]?.value);
		expect(token).toMatch(/^[\w-]{40,}$/);
		expect(await page.evaluate(() => document.cookie)).toBe("");
		const reachable = await reachableByScripts(visit);
		expect(reachable).toContain(name);
		expect(reachable).not.toContain(token);
	});

	if (strategy === "cookie") {
		it("has a cookie of no use to a page of another origin, though it is sent along", async () => {
			const { browser, servers } = visit;
			const [cookie] = await browser.context.cookies();
			const stranger = await browser.context.newPage();
			await stranger.goto(`${servers.apiUrl}/`);
			const outcomes = await stranger.evaluate(async (url) => {
				const ask = (path: string, init: RequestInit): Promise<string> =>
					fetch(`${url}${path}`, { credentials: "include", ...init }).then((response) => response.type, String);
				return [
					await ask("/refresh", { headers: { Authorization: "Bearer x" } }),
					await ask("/refresh", { mode: "no-cors" }),
					await ask("/logout", { method: "POST", mode: "no-cors" }),
				];
			}, servers.backendUrl);
			expect(outcomes).toEqual(["TypeError: Failed to fetch", "opaque", "opaque"]);
			expect(await browser.context.cookies()).toEqual([cookie]);
			await stranger.close();
		});

		it("tells the person what to do when the cookie is lost", async () => {
			const { browser, name, page } = visit;
			await browser.context.clearCookies();
			await advance(visit, ALMOST_EXPIRED);
			expect(await getJwt(visit)).toMatch(/^The JWT was not refreshed\. .* log in again\.$/);
			expect(await page.locator("#status").textContent()).toBe(`Logged in as ${name}`);
			await logIn(page, name);
		});

		it("ends with the switch to another strategy, cookie and session", async () => {
			const { browser, name, page } = visit;
			expect(await chooseStrategy(page, "api")).toMatch(/You are logged out/);
			expect(await page.locator("#status").textContent()).toBe("Not logged in");
			expect(await browser.context.cookies()).toEqual([]);
			await chooseStrategy(page, strategy);
			await logIn(page, name);
		});
	}

	it("leaves no cookie after log out, and nothing of the person", async () => {
		const { browser, name, page } = visit;
		expect(await browser.context.cookies()).toHaveLength(1);
		await page.locator("#logout").click();
		await sentence(page, "login");
		expect(await browser.context.cookies()).toEqual([]);
		expect(await reachableByScripts(visit)).not.toContain(name);
	});
});
