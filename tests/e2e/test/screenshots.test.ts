import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { askToJoin, goTo, invitationLink, logIn, register, show, submit } from "../src/person.js";
import { openPage, type Visit } from "../src/visit.js";

const visits: Visit[] = [];
afterEach(async () => {
	for (const visit of visits.splice(0)) await visit.close();
});

/** Where pictures of all parts go, to be looked at; those of `docs/screenshots` come from here. */
const folder = process.env["SENTC_SCREENSHOTS"];

async function keep(page: Page, name: string): Promise<void> {
	if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

const LOOKS = [
	{ name: "desktop", viewport: { width: 1280, height: 860 } },
	{ name: "phone", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
] as const;

describe.each(LOOKS)("at the width of a $name", ({ name: width, ...device }) => {
	it("each part of the page fits, in light and in dark mode", async () => {
		const visit = await openPage(device);
		visits.push(visit);
		const { page } = visit;
		const fits = async (part: string): Promise<void> => {
			for (const colorScheme of ["light", "dark"] as const) {
				await page.emulateMedia({ colorScheme });
				const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
				expect([part, colorScheme, scrollWidth]).toEqual([part, colorScheme, device.viewport.width]);
				await keep(page, `${part}-${width}-${colorScheme}`);
			}
		};
		await fits("start");
		await register(page, "ada");
		await logIn(page, "ada");
		await submit(page, "group", { name: "Tea party" }, "Create a group");
		await show(page, "note");
		await submit(page, "note", { text: "Tea at five, in the garden." }, "Share it");
		const link = await invitationLink(page);
		await page.locator("#invite").scrollIntoViewIfNeeded();
		await fits("invite");
		const other = await visit.browser.context.browser()?.newContext();
		const grace = await other?.newPage();
		if (!grace) throw new Error("The browser has no other profile");
		await askToJoin(grace, link, "grace");
		await page.getByText("Grace Hopper asks to join.").scrollIntoViewIfNeeded();
		await fits("request");
		await page.getByRole("button", { name: "Accept Grace Hopper" }).click();
		await grace.getByRole("heading", { name: "Tea party" }).waitFor();
		await submit(grace, "note", { text: "I bring the cake." }, "Share it");
		await page.locator("#look-again").click();
		await page.getByText("I bring the cake.").waitFor();
		await page.evaluate(() => scrollTo(0, 0));
		await fits("group");
		await page.locator("#members").scrollIntoViewIfNeeded();
		await fits("members");
		await page.getByLabel("Name of a new child group").fill("Cake committee");
		await page.getByRole("button", { name: "Create a child group" }).click();
		await page.getByText("A child of Tea party.").waitFor();
		await page.evaluate(() => scrollTo(0, 0));
		await fits("child");
		for (const part of ["groups", "devices", "security", "session", "account"]) {
			await goTo(page, `#/${part}`);
			await fits(part);
		}
	});
});
