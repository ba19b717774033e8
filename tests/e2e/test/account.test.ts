import { HELP_DESK_PASSWORD } from "@sentc-ts/test-world/own-backend";
import { afterEach, describe, expect, it } from "vitest";
import { chooseStrategy, goTo, logIn, PASSWORD, register, sentence, show, submit } from "../src/person.js";
import { advance, openHelpDesk, openPage, type Visit } from "../src/visit.js";

const visits: Visit[] = [];
afterEach(async () => {
	for (const visit of visits.splice(0)) await visit.close();
});

async function openLoggedIn(strategy: "api" | "cookie" = "api"): Promise<Visit> {
	const visit = await openPage();
	visits.push(visit);
	const { name, page } = visit;
	if (strategy === "cookie") await chooseStrategy(page, strategy);
	await register(page, name);
	await logIn(page, name);
	return visit;
}

async function addPhone({ name, page }: Visit): Promise<string> {
	const phone = `${name}-phone`;
	await submit(page, "device", { identifier: phone, password: PASSWORD }, "Ask to be added");
	await submit(page, "accept-device", {}, "Accept the device");
	return phone;
}

const FIVE_MINUTES = 300_000;
const NEW = "a new password";

describe("devices", () => {
	it("a device that waits shows a QR code, and text that no change gets past", async () => {
		const { name, page } = await openLoggedIn();
		await submit(page, "device", { identifier: `${name}-phone`, password: PASSWORD }, "Ask to be added");
		expect(await page.getByRole("img", { name: "QR code of the device that waits" }).isVisible()).toBe(true);
		const text = await page.locator("#accept-device textarea").inputValue();
		expect(text).toMatch(/^SENTC1:[0-9A-Z $%*+./:-]+$/);
		const digits = (await page.locator("#handover p").textContent())?.match(/\d{5}( \d{5}){5}$/)?.[0];
		expect(digits).toBeDefined();
		expect(await page.locator("#scanned-digits").textContent()).toBe(`Digits of the scanned device: ${digits}`);
		const accept = (handover: string): Promise<string> =>
			submit(page, "accept-device", { handover }, "Accept the device");
		for (const wrong of ["hello", text.slice(0, -3), text.replace(/.$/, (end) => (end === "0" ? "1" : "0"))]) {
			expect(await accept(wrong)).toBe("This is not the whole text of a device that waits.");
		}
		expect(await accept(` ${text}\n`)).toMatch(/is added/);
	});

	it("one in another browser asks, and its text is carried to the one that is logged in", async () => {
		const { browser, name, page, servers } = await openLoggedIn();
		const other = await browser.context.browser()?.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
		const phone = await other?.newPage();
		if (!phone) throw new Error("The browser has no other profile");
		await phone.goto(`${servers.backendUrl}/#/devices`);
		await submit(phone, "device", { identifier: `${name}-phone`, password: PASSWORD }, "Ask to be added");
		expect(await phone.locator("#accept-device").isVisible()).toBe(false);
		await phone.getByRole("button", { name: "Copy its text" }).click();
		await phone.getByRole("button", { name: "Copied" }).waitFor();
		const handover = await phone.evaluate(() => navigator.clipboard.readText());
		const digits = (await phone.locator("#handover p").textContent())?.match(/[\d ]+$/)?.[0];
		await show(page, "accept-device");
		await page.locator("#accept-device textarea").fill(handover);
		expect(await page.locator("#scanned-digits").textContent()).toBe(`Digits of the scanned device:${digits}`);
		expect(await submit(page, "accept-device", {}, "Accept the device")).toMatch(/is added/);
		expect(await logIn(phone, `${name}-phone`)).toBe(`You are logged in as ${name}-phone.`);
	});

	it("are listed, and one that is lost is deleted", async () => {
		const visit = await openLoggedIn();
		const { name, page } = visit;
		await goTo(page, "#/devices");
		const options = page.locator("#devices option");
		await expect.poll(() => options.allTextContents()).toEqual([expect.stringMatching(/^this device, since /)]);
		const remove = (password: string): Promise<string> => submit(page, "devices", { password }, "Delete this device");
		expect(await remove(PASSWORD)).toMatch(/^This is the only device/);

		const phone = await addPhone(visit);
		await expect.poll(() => options.count()).toBe(2);
		await page.locator("#devices select").selectOption({ index: 1 });
		expect(await remove("wrong")).toBe("The name or the password is wrong.");
		await page.locator("#devices select").selectOption({ index: 1 });
		expect(await remove(PASSWORD)).toMatch(/^The device is deleted/);
		expect(await options.count()).toBe(1);
		expect(await logIn(page, phone)).toBe("The name or the password is wrong.");
		expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
	});

	it("deleting the one in use logs out", async () => {
		const visit = await openLoggedIn("cookie");
		const { browser, name, page } = visit;
		const phone = await addPhone(visit);
		await page.locator("#devices option").nth(1).waitFor({ state: "attached" });
		await page.locator("#devices select").selectOption({ index: 0 });
		expect(await submit(page, "devices", { password: PASSWORD }, "Delete this device")).toMatch(/you are logged out/);
		await page.getByText("Not logged in").waitFor();
		expect(await browser.context.cookies()).toEqual([]);
		expect(await logIn(page, name)).toBe("The name or the password is wrong.");
		expect(await logIn(page, phone)).toBe(`You are logged in as ${phone}.`);
	});
});

describe("the sessions", () => {
	it("are listed, and the others end", async () => {
		const { browser, name, page, servers } = await openLoggedIn();
		const elsewhere = await browser.context.browser()?.newContext();
		const other = await elsewhere?.newPage();
		if (!other) throw new Error("The browser has no other profile");
		await other.goto(servers.backendUrl);
		await logIn(other, name);
		const items = page.locator("#session-list li");
		const run = (password: string, button: string): Promise<string> => submit(page, "sessions", { password }, button);
		expect(await submit(page, "sessions", {}, "Show them")).toBe("The newest sessions: 2.");
		expect(await items.allTextContents()).toEqual([
			expect.stringMatching(/^A session on this device, since /),
			expect.stringMatching(/^This session on this device, since .*, last used /),
		]);
		expect(await run("wrong", "End the others")).toBe("The name or the password is wrong.");
		expect(await run(PASSWORD, "End the others")).toMatch(/is logged out/);
		expect(await items.count()).toBe(1);
		expect(await submit(page, "refresh", {}, "Get the JWT")).toMatch(/is still valid/);
	});
});

describe("the password", () => {
	it.each(["api", "cookie"] as const)("is changed with the old one, and the session goes on (%s)", async (strategy) => {
		const visit = await openLoggedIn(strategy);
		const { name, page } = visit;
		const change = (old_password: string): Promise<string> =>
			submit(page, "change-password", { old_password, new_password: NEW }, "Change the password");
		expect(await change("wrong")).toBe("The name or the password is wrong.");
		expect(await change(PASSWORD)).toMatch(/is changed/);
		await advance(visit, FIVE_MINUTES);
		expect(await submit(page, "refresh", {}, "Get the JWT")).toBe("The JWT is a new one.");
		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		expect(await logIn(page, name)).toBe("The name or the password is wrong.");
		expect(await logIn(page, name, NEW)).toBe(`You are logged in as ${name}.`);
	});

	it.each(["api", "cookie"] as const)("is set without the old one, and the session goes on (%s)", async (strategy) => {
		const visit = await openLoggedIn(strategy);
		const { name, page } = visit;
		expect(await submit(page, "reset-password", { new_password: NEW }, "Set it without the old one")).toMatch(/is set/);
		await advance(visit, FIVE_MINUTES);
		expect(await submit(page, "refresh", {}, "Get the JWT")).toBe("The JWT is a new one.");
		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		expect(await logIn(page, name)).toBe("The name or the password is wrong.");
		expect(await logIn(page, name, NEW)).toBe(`You are logged in as ${name}.`);
	});
});

describe("the user's keys", () => {
	it("are rotated on one device and finished on the other, and everything of before still opens", async () => {
		const visit = await openLoggedIn();
		const { name, page } = visit;
		const newest = (): Promise<string | null> => page.locator("#key-facts dd").first().textContent();
		const phone = await addPhone(visit);
		await submit(page, "group", {}, "Create a group");
		await submit(page, "encrypt", { text: "from before" }, "Encrypt");
		const encrypted = await page.locator("#decrypt textarea").inputValue();

		const before = await newest();
		expect(await submit(page, "keys", {}, "Finish a rotation")).toMatch(/^There is no rotation to finish/);
		expect(await submit(page, "keys", {}, "Rotate my keys")).toMatch(/needs the new key/);
		const after = await newest();
		expect(after).not.toBe(before);

		await logIn(page, phone);
		await expect
			.poll(() => submit(page, "keys", {}, "Finish a rotation").then(newest), { timeout: 10_000 })
			.toBe(after);
		await submit(page, "decrypt", { encrypted }, "Decrypt");
		expect(await page.locator("#decrypted").textContent()).toBe("from before");
		expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
		expect(await newest()).toBe(after);
	});
});

describe("the account", () => {
	it("gets another name, which the session survives", async () => {
		const { name, page } = await openLoggedIn();
		const rename = (identifier: string): Promise<string> =>
			submit(page, "identifier", { identifier }, "Change the name");
		expect(await rename(name)).toBe("This name is taken. Choose another one.");
		expect(await rename(`${name}-new`)).toBe(`From now on this device logs in as ${name}-new.`);
		await page.reload();
		await page.getByText(`Logged in as ${name}-new`, { exact: true }).waitFor();
		expect(await logIn(page, name)).toBe("The name or the password is wrong.");
		expect(await logIn(page, `${name}-new`)).toBe(`You are logged in as ${name}-new.`);
	});

	it("is deleted right after a login only, when the person is sure", async () => {
		const visit = await openLoggedIn();
		const { name, page } = visit;
		const remove = page.getByRole("button", { name: "Delete my account" });
		await show(page, "delete-account");
		await remove.click();
		expect(await page.locator("#delete-account .message").textContent()).toBe("");

		await advance(visit, FIVE_MINUTES);
		await page.locator("#delete-account [name=sure]").check();
		await remove.click();
		expect(await sentence(page, "delete-account")).toMatch(/^Log in again/);

		await logIn(page, name);
		await show(page, "delete-account");
		await page.locator("#delete-account [name=sure]").check();
		await remove.click();
		expect(await sentence(page, "delete-account")).toMatch(/is deleted/);
		await page.getByText("Not logged in").waitFor();
		expect(await logIn(page, name)).toBe("The name or the password is wrong.");
		expect(await register(page, name)).toMatch(/is registered/);
	});

	it("has no session any more when the help desk ended them all", async () => {
		const visit = await openLoggedIn();
		const { name, page } = visit;
		const fields = { desk_password: HELP_DESK_PASSWORD, identifier: name };
		const desk = await openHelpDesk(visit);
		expect(await submit(desk, "help-desk", fields, "End all sessions")).toBe(`Every session of ${name} has ended.`);
		await advance(visit, FIVE_MINUTES);
		expect(await submit(page, "refresh", {}, "Get the JWT")).toBe("Your session has ended. Log in again.");
		await page.getByText("Not logged in").waitFor();
	});
});
