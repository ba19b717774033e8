import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askToJoin, confirm, goTo, invitationLink, logIn, register, sentence, show, submit } from "../src/person.js";
import { openPage, type Visit } from "../src/visit.js";

const NOTE = "Tea at five. 🍵";

/** Ada at one browser, Grace at another one: they share nothing but a link. */
describe("two people", () => {
	let visit: Visit;
	let ada: Page;
	let grace: Page;
	let link: string;
	let leaked: string;
	beforeAll(async () => {
		visit = await openPage();
		ada = visit.page;
		await register(ada, visit.name);
		await logIn(ada, visit.name);
		const profile = await visit.browser.context.browser()?.newContext();
		if (!profile) throw new Error("The browser has no other profile");
		grace = await profile.newPage();
	});
	afterAll(() => visit?.close());

	const newest = (page: Page) => page.locator("#note-list li").first();
	const lookAgain = async (page: Page): Promise<void> => {
		await page.locator("#look-again").click();
		await page.locator('#note-list:not([aria-busy="true"])').waitFor();
	};

	it("the first one makes a group with a name, and gets a link and its QR code", async () => {
		expect(await submit(ada, "group", { name: "Tea party" }, "Create a group")).toMatch(/is created/);
		await ada.getByRole("heading", { name: "Tea party" }).waitFor();
		link = await invitationLink(ada);
		expect(await ada.getByRole("img", { name: "QR code of the link" }).isVisible()).toBe(true);
		expect(link.startsWith(`${visit.servers.backendUrl}/#/join/`)).toBe(true);
	});

	it("the link opens nothing by itself: the second one registers, asks, and is compared by the safety number", async () => {
		await askToJoin(grace, link, visit.name.replace("ada", "grace"));
		expect(await sentence(grace, "join")).toMatch(/^You asked/);
		await grace.getByText("Ada Lovelace gave you this link.").waitFor();

		await ada.getByText("Grace Hopper asks to join.").waitFor();
		const numbers = [grace.locator("#inviter .number"), ada.locator("#request-list .number")];
		const [graces, adas] = await Promise.all(numbers.map((number) => number.textContent()));
		expect(graces).toMatch(/^[\w+/=-]{43,}$/);
		expect(adas).toBe(graces);
	});

	it("accepted, the second one is in the group at once, and both read and write notes", async () => {
		await ada.getByRole("button", { name: "Accept Grace Hopper" }).click();
		expect(await sentence(ada, "members")).toMatch(/^Grace Hopper is a member/);
		await grace.getByRole("heading", { name: "Tea party" }).waitFor();

		expect(await submit(ada, "note", { text: NOTE }, "Share it")).toMatch(/is shared/);
		await newest(grace).locator(".plain").getByText(NOTE).waitFor();
		expect(await newest(grace).textContent()).toContain("Ada Lovelace");
		await grace.getByText("New notes appear by themselves.").waitFor();
		await submit(grace, "note", { text: "I bring cake." }, "Share it");
		await newest(ada).getByText("I bring cake.").waitFor();
		expect(await newest(ada).textContent()).toContain("Grace Hopper");
	});

	it("what one of them reads stays as it is when the other one writes, also while the connection is lost", async () => {
		const read = newest(grace).locator("details");
		await read.getByText(/^What your backend has/).click();
		const opened = await read.elementHandle();
		await grace.context().setOffline(true);
		await submit(ada, "note", { text: "And milk." }, "Share it");
		await grace.getByText("Your backend can't be reached. Is it running? Trying again …").waitFor();
		expect(await opened?.evaluate((details) => details.isConnected && details.hasAttribute("open"))).toBe(true);
		await grace.context().setOffline(false);
		await newest(grace).getByText("And milk.").waitFor();
		expect(await opened?.evaluate((details) => details.isConnected && details.hasAttribute("open"))).toBe(true);
		await grace.getByText("New notes appear by themselves.").waitFor();
	});

	it("a note is deleted by its author, or an admin, after a question", async () => {
		expect(
			await newest(grace)
				.getByRole("button", { name: /^Delete/ })
				.count(),
		).toBe(0);
		const remove = newest(ada).getByRole("button", { name: /^Delete/ });
		await remove.click();
		await ada.getByRole("button", { name: "Cancel" }).click();
		await remove.click();
		await confirm(ada);
		expect(await sentence(ada, "note")).toBe("The note is deleted.");
		await newest(ada).getByText("I bring cake.").waitFor();
		await newest(grace).getByText("I bring cake.").waitFor();
	});

	it("a child group has the members of the group above it, without an invitation", async () => {
		await ada.getByLabel("Name of a new child group").fill("Cake committee");
		await ada.getByRole("button", { name: "Create a child group" }).click();
		await ada.getByRole("heading", { name: "Cake committee" }).waitFor();
		await ada.getByText("A child of Tea party.").waitFor();
		await submit(ada, "note", { text: "Which cake?" }, "Share it");
		await grace.locator("#look-again").click();
		await grace.getByRole("link", { name: "Cake committee" }).click();
		await newest(grace).getByText("Which cake?").waitFor();
		expect(await grace.locator("#leave-group").isVisible()).toBe(false);
		await submit(grace, "note", { text: "All of them." }, "Share it");
		await newest(ada).getByText("All of them.").waitFor();
		for (const page of [ada, grace]) {
			await page.reload();
			await page.getByRole("heading", { name: "Cake committee" }).waitFor();
			await page.getByRole("link", { name: "Tea party" }).click();
			await page.getByRole("heading", { name: "Tea party" }).waitFor();
		}
	});

	it("the ciphertext is there after a reload, and can be copied; the wire never had the text", async () => {
		await visit.browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
		await ada.reload();
		await newest(ada)
			.getByText(/^What your backend has/)
			.click();
		const shown = await newest(ada).locator(".ciphertext").textContent();
		await newest(ada).getByRole("button", { name: "Copy" }).click();
		await newest(ada).getByRole("button", { name: "Copied" }).waitFor();
		expect(await ada.evaluate(() => navigator.clipboard.readText())).toBe(shown);
		expect(await ada.locator("#travels").textContent()).not.toContain(NOTE);
	});

	it("the second one gets another rank, and sees it", async () => {
		await ada.getByLabel("Rank of Grace Hopper").selectOption("manages members");
		expect(await sentence(ada, "members")).toBe("Grace Hopper is now: manages members.");
		await lookAgain(grace);
		await grace.getByText("You: manages members").waitFor();
		await grace.locator("#invite").waitFor();
	});

	it("at another browser the second one is asked whether it knows who signed the key of the group", async () => {
		const other = await visit.browser.context.browser()?.newContext();
		const page = await other?.newPage();
		if (!page) throw new Error("The browser has no other profile");
		await page.goto(visit.servers.backendUrl);
		await logIn(page, visit.name.replace("ada", "grace"));
		await page.locator("#group-list a").click();
		await page.getByText("It is by Ada Lovelace. Compare the safety number:").waitFor();
		expect(await page.locator("#note").isVisible()).toBe(false);
		await page.getByRole("button", { name: "I compared it with Ada Lovelace: go on" }).click();
		await newest(page).getByText("I bring cake.").waitFor();
		await page.close();
	});

	it("who leaves knows the key: whoever stays is told, and makes a new one", async () => {
		await grace.getByRole("button", { name: "Leave this group" }).click();
		await confirm(grace);
		await grace.getByText("You left the group.").waitFor();
		await ada.reload();
		await ada.getByText("Somebody left who knows the key of this group.").waitFor();
		await ada.getByRole("button", { name: "Make a new key" }).click();
		await ada.getByText("The group has a new key.").waitFor();
	});

	it("who comes back reads everything of before, too", async () => {
		await submit(ada, "note", { text: "Grace is away." }, "Share it");
		await grace.goto(link);
		await grace.getByRole("button", { name: "Ask to join" }).click();
		await lookAgain(ada);
		await ada.getByRole("button", { name: "Accept Grace Hopper" }).click();
		await grace.getByRole("heading", { name: "Tea party" }).waitFor();
		await newest(grace).getByText("Grace is away.").waitFor();
		await grace.getByText(NOTE).waitFor();
	});

	it("a removal is asked for, and what comes is not for the removed one", async () => {
		const remove = ada.getByRole("button", { name: "Remove Grace Hopper" });
		await remove.click();
		await ada.getByRole("button", { name: "Cancel" }).click();
		await remove.click();
		await confirm(ada);
		expect(await sentence(ada, "members")).toBe("Grace Hopper is removed, and the group has a new key.");
		await submit(ada, "note", { text: "Without Grace." }, "Share it");
		leaked = (await newest(ada).locator(".ciphertext").textContent()) ?? "";

		await grace.locator("#decrypt textarea").fill(leaked);
		await grace.getByRole("button", { name: "Decrypt" }).click();
		expect(await sentence(grace, "decrypt")).toBe("The group does not exist any more, or you are not a member.");
		await grace.locator("#look-again").click();
		expect(await sentence(grace, "members")).toBe("The group does not exist any more, or you are not a member.");
		await grace.locator("#notes-live").getByText("The group does not exist any more").waitFor();
		await grace.reload();
		await grace.getByText("The group does not exist any more, or you are not a member.").first().waitFor();
		await goTo(grace, "#/groups");
		await grace.getByText("No group yet").waitFor();
		expect(await newest(ada).locator(".plain").textContent()).toBe("Without Grace.");
	});

	it("a link that is none, and a link of another page, are refused", async () => {
		for (const wrong of ["hello", "https://example.com/#/join/a/b", `${visit.servers.backendUrl}/#/group/a`]) {
			expect(await submit(grace, "invitation", { link: wrong }, "Open it")).toMatch(/^This is not a link/);
		}
		await grace.getByLabel("Link").fill(` ${link} `);
		await grace.getByRole("button", { name: "Open it" }).click();
		await grace.getByText("Ada Lovelace gave you this link.").waitFor();
	});

	it("whoever asks again can be declined", async () => {
		await grace.getByRole("button", { name: "Ask to join" }).click();
		await show(ada, "members");
		await lookAgain(ada);
		await ada.getByRole("button", { name: "Decline Grace Hopper" }).click();
		expect(await sentence(ada, "members")).toBe("Grace Hopper was declined.");
	});

	it("gave the browser nothing to complain about", () => {
		expect(visit.complaints.filter((complaint) => !complaint.includes("status of 4"))).toEqual([]);
	});
});
