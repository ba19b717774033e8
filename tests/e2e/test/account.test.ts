import { HELP_DESK_PASSWORD } from "@sentc-ts/test-world/own-backend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseStrategy, goTo, logIn, PASSWORD, register, sentence, show, submit } from "../src/person.js";
import { advance, openHelpDesk, openPage, type Visit } from "../src/visit.js";

/** A person who is logged in with the strategy. */
async function openLoggedIn(strategy: "api" | "cookie"): Promise<Visit> {
	const visit = await openPage();
	const { name, page } = visit;
	if (strategy === "cookie") await chooseStrategy(page, strategy);
	await register(page, name);
	await logIn(page, name);
	return visit;
}

async function addDevice({ name, page }: Visit, end: string): Promise<string> {
	const identifier = `${name}-${end}`;
	await submit(page, "device", { identifier, password: PASSWORD }, "Ask to be added");
	await submit(page, "accept-device", {}, "Accept the device");
	return identifier;
}

const FIVE_MINUTES = 300_000;

describe.each(["api", "cookie"] as const)("a session that is refreshed by %s", (strategy) => {
	let visit: Visit;
	/** The password of the device. */
	let newest = PASSWORD;
	beforeAll(async () => {
		visit = await openLoggedIn(strategy);
	});
	afterAll(() => visit?.close());

	async function expectNewest(password: string): Promise<void> {
		const { name, page } = visit;
		await advance(visit, FIVE_MINUTES);
		expect(await submit(page, "refresh", {}, "Get the JWT")).toBe("The JWT is a new one.");
		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		expect(await logIn(page, name, newest)).toBe("The name or the password is wrong.");
		expect(await logIn(page, name, password)).toBe(`You are logged in as ${name}.`);
		newest = password;
	}

	it("goes on when the password is changed with the old one", async () => {
		const new_password = "a new password";
		const change = (old_password: string): Promise<string> =>
			submit(visit.page, "change-password", { old_password, new_password }, "Change the password");
		expect(await change("wrong")).toBe("The name or the password is wrong.");
		expect(await change(PASSWORD)).toMatch(/is changed/);
		await expectNewest(new_password);
	});

	it("goes on when the password is set without the old one", async () => {
		const new_password = "another password";
		const said = await submit(visit.page, "reset-password", { new_password }, "Set it without the old one");
		expect(said).toMatch(/is set/);
		await expectNewest(new_password);
	});

	if (strategy === "cookie") {
		it("deleting the device in use logs out", async () => {
			const { browser, name, page } = visit;
			const phone = await addDevice(visit, "phone");
			await page.locator("#devices option").nth(1).waitFor({ state: "attached" });
			await page.locator("#devices select").selectOption({ index: 0 });
			expect(await submit(page, "devices", { password: newest }, "Delete this device")).toMatch(/you are logged out/);
			await page.getByText("Not logged in").waitFor();
			expect(await browser.context.cookies()).toEqual([]);
			expect(await logIn(page, name, newest)).toBe("The name or the password is wrong.");
			expect(await logIn(page, phone)).toBe(`You are logged in as ${phone}.`);
		});
	}
});

describe("an account", () => {
	let visit: Visit;
	beforeAll(async () => {
		visit = await openLoggedIn("api");
	});
	afterAll(() => visit?.close());

	it("the sessions are listed, and the others end", async () => {
		const { browser, name, page, servers } = visit;
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
		await elsewhere?.close();
	});

	it("the devices are listed, and one that is lost is deleted", async () => {
		const { name, page } = visit;
		await goTo(page, "#/devices");
		const options = page.locator("#devices option");
		await expect.poll(() => options.allTextContents()).toEqual([expect.stringMatching(/^this device, since /)]);
		const remove = (password: string): Promise<string> => submit(page, "devices", { password }, "Delete this device");
		expect(await remove(PASSWORD)).toMatch(/^This is the only device/);

		const lost = await addDevice(visit, "lost");
		await expect.poll(() => options.count()).toBe(2);
		await page.locator("#devices select").selectOption({ index: 1 });
		expect(await remove("wrong")).toBe("The name or the password is wrong.");
		await page.locator("#devices select").selectOption({ index: 1 });
		expect(await remove(PASSWORD)).toMatch(/^The device is deleted/);
		expect(await options.count()).toBe(1);
		expect(await logIn(page, lost)).toBe("The name or the password is wrong.");
		expect(await logIn(page, name)).toBe(`You are logged in as ${name}.`);
	});

	it("the keys are rotated on one device and finished on the other, and everything of before still opens", async () => {
		const { name, page } = visit;
		const newest = (): Promise<string | null> => page.locator("#key-facts dd").first().textContent();
		const phone = await addDevice(visit, "phone");
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

	it("a device that waits to be added shows a QR code, and text that no change gets past", async () => {
		const { name, page } = visit;
		await submit(page, "device", { identifier: `${name}-watch`, password: PASSWORD }, "Ask to be added");
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

	it("a device in another browser asks, and its text is carried to the one that is logged in", async () => {
		const { browser, name, page, servers } = visit;
		const other = await browser.context.browser()?.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
		const phone = await other?.newPage();
		if (!phone) throw new Error("The browser has no other profile");
		await phone.goto(`${servers.backendUrl}/#/devices`);
		await submit(phone, "device", { identifier: `${name}-tablet`, password: PASSWORD }, "Ask to be added");
		expect(await phone.locator("#accept-device").isVisible()).toBe(false);
		await phone.getByRole("button", { name: "Copy its text" }).click();
		await phone.getByRole("button", { name: "Copied" }).waitFor();
		const handover = await phone.evaluate(() => navigator.clipboard.readText());
		const digits = (await phone.locator("#handover p").textContent())?.match(/[\d ]+$/)?.[0];
		await show(page, "accept-device");
		await page.locator("#accept-device textarea").fill(handover);
		expect(await page.locator("#scanned-digits").textContent()).toBe(`Digits of the scanned device:${digits}`);
		expect(await submit(page, "accept-device", {}, "Accept the device")).toMatch(/is added/);
		expect(await logIn(phone, `${name}-tablet`)).toBe(`You are logged in as ${name}-tablet.`);
		await other?.close();
	});

	it("the account gets another name, which the session survives", async () => {
		const { name, page } = visit;
		const rename = (identifier: string): Promise<string> =>
			submit(page, "identifier", { identifier }, "Change the name");
		expect(await rename(name)).toBe("This name is taken. Choose another one.");
		expect(await rename(`${name}-new`)).toBe(`From now on this device logs in as ${name}-new.`);
		await page.reload();
		await page.getByText(`Logged in as ${name}-new`, { exact: true }).waitFor();
		expect(await logIn(page, name)).toBe("The name or the password is wrong.");
		expect(await logIn(page, `${name}-new`)).toBe(`You are logged in as ${name}-new.`);
	});

	it("the account has no session any more when the help desk ended them all", async () => {
		const { page } = visit;
		const name = `${visit.name}-new`;
		const fields = { desk_password: HELP_DESK_PASSWORD, identifier: name };
		const desk = await openHelpDesk(visit);
		expect(await submit(desk, "help-desk", fields, "End all sessions")).toBe(`Every session of ${name} has ended.`);
		await advance(visit, FIVE_MINUTES);
		expect(await submit(page, "refresh", {}, "Get the JWT")).toBe("Your session has ended. Log in again.");
		await page.getByText("Not logged in").waitFor();
	});

	it("the account is deleted right after a login only, when the person is sure", async () => {
		const { page } = visit;
		const name = `${visit.name}-new`;
		await logIn(page, name);
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
});
