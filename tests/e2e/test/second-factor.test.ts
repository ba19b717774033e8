import { readFile } from "node:fs/promises";
import { codeAt, STEP } from "@sentc-ts/test-world";
import { HELP_DESK_PASSWORD } from "@sentc-ts/test-world/own-backend";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goTo, logIn, logOut, PASSWORD, register, sentence, show, submit, waitForStatus } from "../src/person.js";
import { advance, openHelpDesk, openPage, type Visit } from "../src/visit.js";

let visit: Visit;
beforeAll(async () => {
	visit = await openPage();
	await register(visit.page, visit.name);
	await logIn(visit.page, visit.name);
});
afterAll(() => visit?.close());

/** What the authenticator app shows, made from what the page showed it. A code is taken once, so time goes on first. */
async function nextCode(url: string): Promise<string> {
	await advance(visit, STEP);
	return codeAt(new URL(url).searchParams.get("secret") ?? "", visit.servers.now());
}

async function enrolment(page: Page): Promise<{ url: string; recoveryKeys: string[] }> {
	expect(await page.getByRole("img", { name: "QR code for the authenticator app" }).isVisible()).toBe(true);
	const url = (await page.locator("#enrolment code").textContent()) ?? "";
	expect(url).toMatch(/^otpauth:\/\/totp\/sentc-ts:ada-[\w-]+\?secret=[A-Z2-7]{52}&algorithm=SHA256&issuer=sentc-ts$/);
	const recoveryKeys = await page.getByRole("list", { name: "Recovery keys" }).getByRole("listitem").allInnerTexts();
	expect(recoveryKeys).toHaveLength(6);
	return { url, recoveryKeys };
}

const firstCode = async (url: string): Promise<string> =>
	submit(visit.page, "first-code", { code: await nextCode(url) }, "Confirm");

const isOn = (): Promise<boolean> => {
	return visit.page.locator("#second-factor button", { hasText: "Switch it off" }).isVisible();
};

const factor = (fields: Record<string, string>, button: string): Promise<string> =>
	submit(visit.page, "second-factor", { password: PASSWORD, ...fields }, button);

async function logInWith(code: string): Promise<string> {
	const { name, page } = visit;
	expect(await submit(page, "login", { identifier: name, password: PASSWORD }, "Log in")).toMatch(/second factor/);
	expect(await page.locator("#status").textContent()).toBe("Not logged in");
	expect(await page.locator("#login-code [name=code]").evaluate((input) => input === document.activeElement)).toBe(
		true,
	);
	return goOnWith(code);
}

async function goOnWith(code: string): Promise<string> {
	const { page } = visit;
	await page.locator("#login-code [name=code]").fill(code);
	await page.keyboard.press("Enter");
	await page.locator("#login-code[aria-busy=false]").waitFor({ state: "attached" });
	return (await page.locator("#login-code").isVisible()) ? sentence(page, "login-code") : sentence(page, "login");
}

describe("the second factor", () => {
	let url: string;
	let recoveryKeys: string[];

	it("is taken back when no code was entered, and the person looks at something else", async () => {
		const { page } = visit;
		expect(await factor({}, "Switch it on")).toMatch(/first code/);
		await goTo(page, "#/groups");
		expect(await sentence(page, "first-code")).toMatch(/is off/);
		await show(page, "second-factor");
		expect(await isOn()).toBe(false);
	});

	it("is taken back on request, and after a wrong code", async () => {
		const { page } = visit;
		await factor({}, "Switch it on");
		expect(await submit(page, "first-code", { code: "000000" }, "Confirm")).toMatch(/^The code is wrong/);
		await page.locator("#take-back").click();
		expect(await sentence(page, "first-code")).toMatch(/is off/);
		expect(await isOn()).toBe(false);
	});

	it("is taken back after a reload, for the password", async () => {
		const { name, page } = visit;
		await factor({}, "Switch it on");
		await page.reload();
		await waitForStatus(page, `Logged in as ${name}`);
		await goTo(page, "#/security");
		expect(await page.locator("#second-factor").isVisible()).toBe(false);
		expect(await submit(page, "unconfirmed", { password: PASSWORD }, "Take it back")).toMatch(/is off/);
		expect(await isOn()).toBe(false);
	});

	it("is taken back by the next login", async () => {
		const { name, page } = visit;
		await factor({}, "Switch it on");
		await logOut(page);
		expect(await logIn(page, name)).toMatch(/The second factor was never confirmed: it is off\.$/);
		await show(page, "second-factor");
		expect(await isOn()).toBe(false);
	});

	it("is switched on: QR code, text and six recovery keys appear", async () => {
		const { page } = visit;
		expect(await page.getByRole("button", { name: "Switch it off" }).isVisible()).toBe(false);
		expect(await factor({}, "Switch it on")).toMatch(/first code/);
		({ recoveryKeys, url } = await enrolment(page));
		const [saved] = await Promise.all([page.waitForEvent("download"), page.getByText("Save them").click()]);
		expect(await readFile(await saved.path(), "utf8")).toBe(recoveryKeys.join("\n"));
		expect(await firstCode(url)).toMatch(/is on/);
		expect(await page.getByRole("button", { name: "Switch it on" }).isVisible()).toBe(false);
		expect(await page.locator("#travels").textContent()).not.toContain(new URL(url).searchParams.get("secret"));
	});

	it("is forgotten by the page: after a reload the secret is not there any more", async () => {
		const { name, page } = visit;
		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		await goTo(page, "#/security");
		expect(await page.locator("#enrolment").isVisible()).toBe(false);
		expect(await page.getByRole("button", { name: "Switch it off" }).isVisible()).toBe(true);
	});

	it("lets in with a code, once", async () => {
		const code = await nextCode(url);
		expect(await logInWith(code)).toBe(`You are logged in as ${visit.name}.`);
		expect(await logInWith(code)).toMatch(/^The code is wrong, or it was used already/);
		expect(await goOnWith(await nextCode(url))).toBe(`You are logged in as ${visit.name}.`);
	});

	it("lets in with a recovery key, once", async () => {
		const [first = "", second = ""] = recoveryKeys;
		expect(await logInWith(first)).toBe(`You are logged in as ${visit.name}.`);
		expect(await logInWith(first)).toMatch(/^This recovery key is not one of yours/);
		expect(await logInWith(second)).toBe(`You are logged in as ${visit.name}.`);
		expect(await factor({ code: await nextCode(url) }, "Show the recovery keys")).toMatch(/^4 recovery keys are left/);
		expect(await visit.page.locator("#recovery-keys li").allInnerTexts()).toEqual(
			expect.arrayContaining(recoveryKeys.slice(2)),
		);
	});

	it("asks for a code when there is none", async () => {
		expect(await factor({}, "Show the recovery keys")).toMatch(/^This account has a second factor/);
	});

	it("gets a new secret, which voids the old one", async () => {
		const { page } = visit;
		expect(await factor({ code: await nextCode(url) }, "New secret")).toMatch(/first code/);
		const before = url;
		({ recoveryKeys, url } = await enrolment(page));
		expect(await firstCode(url)).toMatch(/is on/);
		expect(url).not.toBe(before);
		expect(await logInWith(await nextCode(before))).toMatch(/^The code is wrong/);
		expect(await logInWith(await nextCode(url))).toMatch(/^You are logged in/);
	});

	it("is switched off with a code, and on again", async () => {
		const { name, page } = visit;
		expect(await factor({ code: await nextCode(url) }, "Switch it off")).toMatch(/is off/);
		await page.locator("#logout").click();
		expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
		expect(await factor({}, "Switch it on")).toMatch(/first code/);
		({ url } = await enrolment(page));
		expect(await firstCode(url)).toMatch(/is on/);
	});

	it("is switched off by the help desk, for its password only", async () => {
		const { name, page } = visit;
		await page.locator("#logout").click();
		const helpDesk = await openHelpDesk(visit);
		const desk = (desk_password: string, identifier: string): Promise<string> =>
			submit(helpDesk, "help-desk", { desk_password, identifier }, "Switch the second factor off");
		expect(await desk("wrong", name)).toBe("This is not the help desk's password.");
		expect(await desk(HELP_DESK_PASSWORD, `${name}-nobody`)).toBe("The user was not found.");
		expect(await desk(HELP_DESK_PASSWORD, name)).toBe(`${name} logs in with the password alone.`);
		expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
	});
});
