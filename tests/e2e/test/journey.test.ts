import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logIn, openPage, register, sentence, submit, type Visit } from "../src/visit.js";

let visit: Visit;
beforeAll(async () => {
	visit = await openPage();
});
afterAll(() => visit?.close());

const TEXT = "Only the members of the group can read this. 🔐";

describe("the journey of the seed page, in Chromium, with the API on another origin", () => {
	it("registers through the own backend", async () => {
		const { page, name, servers } = visit;
		expect(new URL(servers.apiUrl).origin).not.toBe(new URL(page.url()).origin);
		expect(await register(page, name)).toMatch(/is registered, with the user id [0-9a-f-]{36}/);
		expect(await page.locator("#register-steps [data-state=done]").allInnerTexts()).toEqual([
			"prepare",
			"own backend",
			"API",
			"done",
		]);
	});

	it("logs in at the API", async () => {
		const { page, name } = visit;
		expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
		expect(await page.locator("#status").textContent()).toBe(`Logged in as ${name}`);
	});

	it("gets what the own backend stored, for the JWT", async () => {
		const { page } = visit;
		await submit(page, "me", {}, "Ask the backend who I am");
		expect(await page.locator("#profile").textContent()).toMatch(/Ada Lovelace[\s\S]*ada@example\.com/);
	});

	it("adds a device", async () => {
		const { page, name } = visit;
		const device = { identifier: `${name}-phone`, password: "the phone's password" };
		expect(await submit(page, "device", device, "Ask to be added")).toBe(
			`${name}-phone waits: a device that is logged in has to accept it.`,
		);
		expect(await submit(page, "accept-device", {}, "Accept the device")).toMatch(/is added/);
	});

	it("creates a group, encrypts, and decrypts after a reload on the second device too", async () => {
		const { page, name } = visit;
		expect(await submit(page, "group", {}, "Create a group")).toMatch(/^The group .* is created\.$/);
		await submit(page, "encrypt", { text: TEXT }, "Encrypt");
		const encrypted = await page.locator("#decrypt textarea").inputValue();
		expect(encrypted).toMatch(/^[A-Za-z0-9+/]+=*$/);

		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		await page.locator("#decrypt fieldset:enabled").waitFor();
		await submit(page, "decrypt", { encrypted }, "Decrypt");
		expect(await page.locator("#decrypted").textContent()).toBe(TEXT);

		await logIn(page, `${name}-phone`, "the phone's password");
		await page.locator("#decrypt fieldset:enabled").waitFor();
		await submit(page, "decrypt", { encrypted }, "Decrypt");
		expect(await page.locator("#decrypted").textContent()).toBe(TEXT);
	});

	it("shows headers and envelope of what travelled, and no secret", async () => {
		const { page } = visit;
		await page.evaluate(() => {
			for (const details of document.querySelectorAll("details")) details.open = true;
		});
		const travels = await page.locator("#travels").textContent();
		expect(travels).toMatch(/x-sentc-app-token: \S+/);
		expect(travels).toMatch(/authorization: Bearer \S+… \(\d+ characters\)/);
		expect(travels).toMatch(/"status": true/);
		expect(travels).not.toContain(TEXT);
		expect(travels).not.toContain("the phone's password");
	});

	it("deletes the group through the own backend", async () => {
		const { page } = visit;
		await page.locator("#delete-group").click();
		expect(await sentence(page, "group")).toMatch(/is deleted/);
		expect(await page.locator("#group select").textContent()).toBe("No group yet");
	});

	it("logs out, and a reload stays logged out", async () => {
		const { page } = visit;
		await page.locator("#logout").click();
		expect(await sentence(page, "login")).toMatch(/logged out/);
		await page.reload();
		await page.getByText("Not logged in").waitFor();
	});

	it("broke no rule of the Content-Security-Policy and wrote no error", async () => {
		const { page, complaints } = visit;
		const policy = (await page.reload())?.headers()["content-security-policy"] ?? "";
		expect(policy).toMatch(/^default-src 'none'; script-src 'self'; worker-src 'self'; /);
		expect(policy).not.toContain("unsafe");
		expect(complaints).toEqual([]);
	});
});
