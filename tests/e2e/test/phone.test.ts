import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, startBrowser } from "../src/browser.js";
import { outerAddress, type Started, startFor } from "../src/machine.js";
import { logIn, register, sentence, show, submit, waitForStatus } from "../src/person.js";
import { pictureOf } from "../src/qr-picture.js";

const address = outerAddress();
const TEXT = "Written without a secure context.";

/** Over plain HTTP and an address of the network, a browser has no WebCrypto, no Web Locks, no clipboard and no camera. */
describe.runIf(address)("a phone that opens the page of `npm start -- --host`", () => {
	const name = `ada-${randomUUID()}`;
	let started: Started;
	let browser: Browser;
	let page: Page;
	beforeAll(async () => {
		started = await startFor(String(address));
		browser = await startBrowser({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
		page = await browser.context.newPage();
		await page.goto(started.url);
		await waitForStatus(page, "Not logged in");
	});
	afterAll(async () => {
		await browser?.close();
		await started?.close();
	});

	it("has no secure context", async () => {
		expect(new URL(started.url).hostname).toBe(address);
		expect(
			await page.evaluate(() => [isSecureContext, "subtle" in crypto, "locks" in navigator, "clipboard" in navigator]),
		).toEqual([false, false, false, false]);
	});

	it("registers, logs in, and shares a note, as everywhere", async () => {
		expect(await register(page, name)).toMatch(/is registered/);
		await logIn(page, name);
		await submit(page, "group", { name: "On the phone" }, "Create a group");
		await page.getByRole("heading", { name: "On the phone" }).waitFor();
		expect(await submit(page, "note", { text: TEXT }, "Share it")).toMatch(/is shared/);
		await page.reload();
		await page.locator("#note-list .plain").getByText(TEXT).waitFor();
	});

	it("copies without the clipboard of secure pages", async () => {
		await page.locator("#note-list summary").click();
		await page.locator("#note-list").getByRole("button", { name: "Copy" }).click();
		await page.locator("#note-list").getByRole("button", { name: "Copied" }).waitFor();
	});

	it("says that there is no camera, and takes a picture", async () => {
		const link = `${new URL(started.url).origin}/#/join/abc/def`;
		await show(page, "invitation");
		await page.getByRole("button", { name: "Scan it" }).click();
		await page.getByText(/^This page has no camera/).waitFor();
		await page.locator("#scanner").getByRole("button", { name: "Cancel" }).click();
		await page.locator("#scanner").waitFor({ state: "hidden" });
		expect(await page.getByLabel("Link").inputValue()).toBe("");
		await page.getByRole("button", { name: "Scan it" }).click();
		await page.getByText(/^This page has no camera/).waitFor();
		const file = { name: "code.png", mimeType: "image/png", buffer: pictureOf(link) };
		await page.getByLabel("A picture of the code").setInputFiles(file);
		await page.locator("#scanner").waitFor({ state: "hidden" });
		expect(await page.getByLabel("Link").inputValue()).toBe(link);
	});

	it("offers no cookie that scripts can't read: that needs https", async () => {
		await show(page, "strategy");
		expect(await page.locator('#strategy [value="cookie"]').isDisabled()).toBe(true);
		expect(await page.locator('#strategy [value="api"]').isChecked()).toBe(true);
	});

	it("logs out", async () => {
		await page.locator("#logout").click();
		expect(await sentence(page, "login")).toMatch(/logged out/);
	});
});
