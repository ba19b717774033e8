import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { logIn, PASSWORD, register, sentence, show, submit } from "../src/person.js";
import { openPage, type Visit } from "../src/visit.js";

const visits: Visit[] = [];
afterEach(async () => {
	for (const visit of visits.splice(0)) await visit.close();
});

async function open(...options: Parameters<typeof openPage>): Promise<Visit> {
	const visit = await openPage(...options);
	visits.push(visit);
	return visit;
}

/** Goes on with the Tab key until the control has the focus, as a person without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
	for (let presses = 0; presses < 30; presses++) {
		if (await page.locator(selector).evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press("Tab");
	}
	throw new Error(`The Tab key did not reach ${selector}`);
}

async function type(page: Page, selector: string, text: string): Promise<void> {
	await tabTo(page, selector);
	await page.keyboard.type(text);
}

/** Luminance contrast of two colors (WCAG 2.2, relative luminance). */
function contrast(first: string, second: string): number {
	const luminance = (color: string): number => {
		const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
			const channel = Number(part) / 255;
			return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const [dark = 0, light = 0] = [luminance(first), luminance(second)].toSorted((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

describe("without a mouse", () => {
	it("registers and logs in, sees the focus, and hears what happened", async () => {
		const { name, page } = await open();
		await page.keyboard.press("Tab");
		expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
		await page.keyboard.press("Enter");

		await type(page, "#register [name=identifier]", name);
		await type(page, "#register [name=password]", PASSWORD);
		await type(page, "#register [name=email]", "ada@example.com");
		await type(page, "#register [name=full_name]", "Ada Lovelace");
		await tabTo(page, "#register button");
		const outline = await page.locator("#register button").evaluate((button) => getComputedStyle(button).outlineStyle);
		expect(outline).toBe("solid");
		await page.keyboard.press("Enter");
		expect(await sentence(page, "register")).toMatch(/is registered/);
		expect(await page.getByRole("status").filter({ hasText: "is registered" }).count()).toBe(1);

		await page.locator("#content").focus();
		await tabTo(page, "#login [name=identifier]");
		expect(await page.locator("#login [name=identifier]").inputValue()).toBe(name);
		await type(page, "#login [name=password]", PASSWORD);
		await page.keyboard.press("Enter");
		expect(await sentence(page, "login")).toBe(`You are logged in as ${name}.`);
	});

	it("deletes the account: a key for the check mark, a key for the button", async () => {
		const { name, page } = await open();
		await register(page, name);
		await logIn(page, name);
		await show(page, "identifier");
		await page.locator("#identifier button").focus();
		await page.keyboard.press("Tab");
		await page.keyboard.press("Space");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		expect(await sentence(page, "delete-account")).toMatch(/is deleted/);
		expect(await page.getByRole("status").filter({ hasText: "is deleted" }).count()).toBe(1);
	});

	it("has a label for each control and a name for each button", async () => {
		const { name, page } = await open();
		await register(page, name);
		await logIn(page, name);
		await submit(page, "group", { name: "Friends" }, "Create a group");
		await show(page, "note");
		const nameless = await page.evaluate(() =>
			[...document.querySelectorAll("input, select, textarea, button")]
				.filter((control) => {
					const labels = "labels" in control ? [...((control.labels as NodeList | null) ?? [])] : [];
					const isNamed = [control, ...labels].some((node) => node.textContent?.trim()) || control.ariaLabel;
					// The question's button gets its name with the question.
					return !isNamed && !control.closest("#question");
				})
				.map((control) => control.outerHTML),
		);
		expect(nameless).toEqual([]);
	});
});

describe("on a phone", () => {
	it("needs no scrolling to the side, whatever is shown", async () => {
		const { name, page } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
		const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
		expect(await width()).toBe(390);
		await register(page, name);
		await logIn(page, name);
		await submit(page, "me", {}, "Ask the backend who I am");
		await submit(page, "group", {}, "Create a group");
		await submit(page, "note", { text: "long".repeat(100) }, "Share it");
		await page.locator("#note-list summary").click();
		await page.locator("#invite summary").click();
		expect(await width()).toBe(390);
		await submit(page, "encrypt", { text: "long".repeat(100) }, "Encrypt");
		await submit(page, "decrypt", {}, "Decrypt");
		await submit(page, "device", { identifier: `${name}-phone`, password: PASSWORD }, "Ask to be added");
		await submit(page, "second-factor", { password: PASSWORD }, "Switch it on");
		expect(await width()).toBe(390);
		for (const summary of await page.locator("#exchanges summary").all()) await summary.click();
		expect(await width()).toBe(390);
	});
});

describe.each(["light", "dark"] as const)("in %s mode", (colorScheme) => {
	it("has readable colors", async () => {
		const { name, page } = await open({ colorScheme });
		await logIn(page, name);
		const colorsOf = (selector: string): Promise<{ color: string; background: string }> =>
			page
				.locator(selector)
				.first()
				.evaluate((element) => {
					let painted: Element | null = element;
					const isClear = (node: Element): boolean => getComputedStyle(node).backgroundColor === "rgba(0, 0, 0, 0)";
					while (painted?.parentElement && isClear(painted)) painted = painted.parentElement;
					return {
						color: getComputedStyle(element).color,
						background: getComputedStyle(painted ?? element).backgroundColor,
					};
				});
		for (const selector of [
			"h1",
			"section > p",
			"#login button",
			"#login .message.error",
			"#login input",
			".hint",
			"nav a",
			"nav [aria-current]",
			".status",
		]) {
			const { background, color } = await colorsOf(selector);
			expect([selector, contrast(color, background) >= 4.5]).toEqual([selector, true]);
		}
		const { background } = await colorsOf("h1");
		expect(contrast(background, "rgb(0, 0, 0)") < 2).toBe(colorScheme === "dark");
	});
});
