import { until } from "@sentc-ts/browsers";
import { addDevice, startSentc } from "@sentc-ts/test-world";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	createNotebook,
	PASSWORD,
	register,
	type Visit,
	visitGroupNotes,
	writeManyNotes,
	writeNote,
} from "../src/group-notes.js";
import { pictureOf } from "../src/qr-picture.js";

describe("an account of the group notes", () => {
	let visit: Visit;
	let page: Page;
	/** The second device. */
	let phone: Page;
	/** Address of its notes. */
	let diary: string;
	beforeAll(async () => {
		visit = await visitGroupNotes();
		page = await visit.newPerson();
	});
	afterAll(() => visit?.close());

	const signIn = async (identifier: string, password: string): Promise<void> => {
		await page.getByLabel("User name").fill(identifier);
		await page.getByRole("textbox", { name: "Password" }).fill(password);
		await page.getByRole("button", { name: "Sign in" }).click();
	};

	it("says when the name is taken, and when the password is wrong", async () => {
		await register(page, "Ada Lovelace", "ada");
		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("tab", { name: "Create account" }).click();
		await page.getByLabel("Your name").fill("Another Ada");
		await page.getByLabel("User name").fill("ada");
		await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
		await page.getByRole("button", { name: "Create account" }).click();
		await page.getByText("This name is taken.").waitFor();
		await page.getByRole("tab", { name: "Sign in" }).click();
		await signIn("ada", "not the password");
		await page.getByText("The name or the password is wrong.").waitFor();
		await signIn("ada", PASSWORD);
		await page.getByText("Start with a notebook").waitFor();
	});

	it("ends in all tabs at once", async () => {
		const tab = await page.context().newPage();
		await tab.goto(visit.servers.url);
		await tab.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("tab", { name: "Sign in" }).waitFor();
		await tab.close();
		await signIn("ada", PASSWORD);
		await page.getByText("Start with a notebook").waitFor();
	});

	it("says when the API is down, and tries again", async () => {
		diary = await createNotebook(page, "Diary");
		await writeNote(page, "First entry", "It works.");
		await page.getByRole("link", { name: "Devices" }).click();
		await page.getByText("This device").waitFor();
		await page.getByRole("link", { name: "Notebooks" }).click();
		await visit.servers.api.stop();
		await page.getByRole("link", { name: "Devices" }).click();
		await page.getByText("The server can't be reached.").waitFor({ timeout: 30_000 });
		await visit.servers.api.restart();
		await page.getByRole("button", { name: "Try again" }).click();
		await page.getByText("This device").waitFor();
	});

	it("takes in a second device by the picture of its code, which opens the same notebooks", async () => {
		phone = await visit.newPerson({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
		await phone.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await phone.getByRole("link", { name: "Add this one to your account" }).click();
		await phone.getByLabel("User name for this device").fill("ada-phone");
		await phone.getByRole("textbox", { name: "Password for this device" }).fill(PASSWORD);
		await phone.getByRole("button", { name: "Show the code" }).click();
		const shown = await phone.locator(".fingerprint").textContent();
		await phone.getByRole("button", { name: "Copy its text instead" }).click();
		await phone.getByRole("button", { name: "Copied" }).waitFor();
		const handover = await phone.evaluate(() => navigator.clipboard.readText());

		await page.getByRole("button", { name: "Scan the code" }).click();
		await page.getByText("There is no camera here").waitFor();
		const picture = { name: "code.gif", mimeType: "image/gif", buffer: pictureOf(handover) };
		await page.getByLabel("A picture of the code").setInputFiles(picture);
		await page.locator(".fingerprint").waitFor();
		expect(await page.locator(".fingerprint").textContent()).toBe(shown);
		await page.getByRole("button", { name: "They match: add the device" }).click();
		await page.getByText("The device is added.").waitFor();

		await phone.getByRole("button", { name: "It was added: sign in" }).click();
		await phone.getByRole("link", { name: "Diary" }).click();
		await phone.getByText("It works.").waitFor();
	});

	it("both devices go on with new keys", async () => {
		await page.getByRole("button", { name: "Make new keys" }).click();
		await page.getByRole("dialog").getByRole("button", { name: "Make new keys" }).click();
		const done = page.getByText("You have new keys, and so have the notebooks that you manage.");
		await done.waitFor();
		await until("the focus is on what was done", () => done.evaluate((text) => text === document.activeElement));
		await page.goto(diary);
		await page.getByText("It works.").waitFor();
		await writeNote(page, "By new keys", "From the desk");
		await phone.getByText("From the desk").waitFor();
		await writeNote(phone, "From the phone", "By new keys, too");
		await page.getByText("By new keys, too").waitFor();
	});

	it("older notes come when they are asked for, by the keyboard too, and a search finds them at once", async () => {
		await writeManyNotes(visit, "ada", diary.split("/").at(-1) ?? "", 51);
		const cards = phone.getByRole("list", { name: "Notes" }).getByRole("listitem");
		await phone.getByText("It works.").waitFor({ state: "detached" });
		await until("the newest are shown", async () => (await cards.count()) === 50);
		await phone.getByRole("searchbox").fill("first");
		await phone.getByText("One note starts with").waitFor();
		await phone.getByText("It works.").waitFor();
		await phone.getByRole("searchbox").fill("entry");
		await phone.getByText("The first 50 notes that start with").waitFor();
		await phone.getByRole("button", { name: "Clear the search" }).click();
		await phone.getByText("The first 50 notes").waitFor({ state: "detached" });
		await phone.getByRole("button", { name: "Show older notes" }).focus();
		await phone.keyboard.press("Enter");
		await until("all are shown", async () => (await cards.count()) === 54);
		const isFocused = () => cards.nth(50).evaluate((card) => card.contains(document.activeElement));
		await until("the first older one has the focus", isFocused);
		expect(await phone.getByRole("button", { name: "Show older notes" }).count()).toBe(0);
		await writeNote(page, "Newest", "Of all");
		await until("they stay", async () => (await cards.count()) === 55);
	});

	it("a device is removed with the password, and forgets everything at once", async () => {
		await page.getByRole("link", { name: "Devices" }).click();
		await page.getByText(/^Last used/).waitFor();
		await page.getByRole("button", { name: "Remove the device" }).click();
		const dialog = page.getByRole("dialog");
		const remove = async (password: string): Promise<void> => {
			await dialog.getByRole("textbox", { name: "Password" }).fill(password);
			await dialog.getByRole("button", { name: "Remove the device" }).click();
		};
		await remove("not the password");
		await dialog.getByText("The password is wrong.").waitFor();
		await phone.getByText("Of all").waitFor();
		await remove(PASSWORD);
		await page.getByText("The device is removed and signed out.").waitFor();
		await page.getByRole("button", { name: /^Remove the device that/ }).waitFor({ state: "detached" });
		await phone.getByText("This device was removed from your account.").waitFor();
		const left = await phone.evaluate(async () => [await caches.has("kept-answers"), localStorage.length]);
		expect(left).toEqual([false, 0]);
		await phone.getByLabel("User name").fill("ada-phone");
		await phone.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
		await phone.getByRole("button", { name: "Sign in" }).click();
		await phone.getByText("The name or the password is wrong.").waitFor();
	});

	it("a removed device that shows no notebook hears of it when it asks for something", async () => {
		const eve = await visit.newPerson();
		await register(eve, "Eve", "eve");
		const { sentc } = await startSentc(visit.servers.api);
		const user = await sentc.login("eve", PASSWORD, true);
		const other = await addDevice(visit.servers.api, user);
		await other.user.deleteDevice(PASSWORD, user.user_data.device_id);
		await eve.getByRole("link", { name: "Devices" }).click();
		await eve.getByText("This device was removed from your account.").waitFor();
		await eve.context().close();
	});

	it("can be used without a mouse", async () => {
		await page.goto(visit.servers.url);
		await page.getByRole("link", { name: "Diary" }).focus();
		await page.keyboard.press("Enter");
		await page.getByRole("button", { name: "Newest" }).focus();
		await page.keyboard.press("Enter");
		await page.getByRole("dialog").waitFor();
		await page.keyboard.press("Escape");
		await page.getByRole("dialog").waitFor({ state: "detached" });
		expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Newest");
	});

	it("says that the session has ended, wherever somebody is", async () => {
		await visit.servers.api.empty();
		await page.addInitScript(() => {
			const { now } = Date;
			Date.now = () => now() + 280_000;
		});
		await page.reload();
		await page.getByText("Your session has ended. Sign in again.").waitFor();
	});

	it("gave the browser nothing to complain about", () => {
		expect(visit.complaints).toEqual([]);
	});
});
