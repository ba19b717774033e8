import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { addDevice, startSentc } from "@sentc-ts/test-world";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	askToJoin,
	createNotebook,
	digits,
	invitationLink,
	letIn,
	PASSWORD,
	register,
	type Visit,
	visitGroupNotes,
	writeNote,
} from "../src/group-notes.js";

/** Where pictures of all screens go, to be looked at; those of `docs/screenshots` come from here. */
const folder = process.env["SENTC_SCREENSHOTS"];

const PICTURE = new URL("../../../docs/screenshots/group-notes-invite-phone-dark.png", import.meta.url);

/** Nothing fades in while axe measures colors. */
const reducedMotion = "reduce";

const LOOKS = [
	{ name: "desktop-light", viewport: { width: 1280, height: 860 }, colorScheme: "light", reducedMotion },
	{
		name: "phone-dark",
		viewport: { width: 390, height: 844 },
		isMobile: true,
		hasTouch: true,
		colorScheme: "dark",
		reducedMotion,
	},
] as const;

const NOTES = [
	["Packing list", "Tickets\nSun cream\nThe good camera\nA book each"],
	["Where we eat", "Thursday at eight, in the garden behind the station. They take no cards."],
	["Ideas", "Tram 28 early in the morning. The tile museum when it rains."],
] as const;

describe.each(LOOKS)("at $name", ({ name: look, ...device }) => {
	let visit: Visit;
	beforeAll(async () => {
		visit = await visitGroupNotes();
	});
	afterAll(() => visit?.close());

	const broken: unknown[] = [];

	/** No rule of axe is broken, and nothing needs scrolling to the side. */
	async function fits(page: Page, screen: string): Promise<void> {
		await page.evaluate(axe.source);
		const violations = await page.evaluate(async () => {
			const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
			const found = (await axe.run()).violations;
			return found.flatMap(({ id, nodes }) => nodes.map(({ failureSummary, html }) => [id, html, failureSummary]));
		});
		broken.push(...violations.map((violation) => [screen, ...violation]));
		const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
		if (scrollWidth !== device.viewport.width) broken.push([screen, `has a width of ${scrollWidth}`]);
		if (folder) await page.screenshot({ path: join(folder, `group-notes-${screen}-${look}.png`) });
	}

	/** Another device, which nobody uses. */
	async function addDeviceOf(identifier: string): Promise<void> {
		const { sentc } = await startSentc(visit.servers.api);
		const user = await sentc.login(identifier, PASSWORD, true);
		const phone = await addDevice(visit.servers.api, user);
		await phone.user.logOut();
		await user.logOut();
	}

	it("every screen fits, and is accessible", async () => {
		const ada = await visit.newPerson(device);
		await ada.getByRole("tab", { name: "Sign in" }).waitFor();
		await fits(ada, "welcome");
		await ada.goto(`${visit.servers.url}/#/new-device`);
		await fits(ada, "new-device");
		await ada.goto(`${visit.servers.url}/#/`);
		await register(ada, "Ada Lovelace", "ada");
		await ada.getByText("Start with a notebook").waitFor();
		await fits(ada, "no-notebook");
		const notebook = await createNotebook(ada, "Trip to Lisbon");
		await ada.getByText("Nothing written yet").waitFor();
		await fits(ada, "no-note");
		for (const [title, text] of NOTES) await writeNote(ada, title, text);
		await fits(ada, "notes");
		await ada.getByRole("searchbox").fill("Tickets");
		await ada.getByText("Nothing found").waitFor();
		await fits(ada, "search");
		await ada.getByRole("button", { name: "Clear the search" }).click();
		await ada.getByRole("button", { name: "Packing list" }).click();
		await ada.getByLabel("Text").waitFor();
		await fits(ada, "note");
		await ada.getByLabel("Files to attach").setInputFiles([
			{ name: "Where we stay.png", mimeType: "image/png", buffer: await readFile(PICTURE) },
			{ name: "Tickets.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(240_000) },
		]);
		await ada.getByRole("img", { name: "Where we stay.png" }).waitFor();
		await ada.getByRole("button", { name: "Download Tickets.pdf" }).scrollIntoViewIfNeeded();
		await fits(ada, "files");
		await ada.getByRole("button", { name: "Close" }).click();

		const link = await invitationLink(ada);
		await fits(ada, "invite");
		const grace = await visit.newPerson(device);
		await askToJoin(grace, link, "Grace Hopper", "grace");
		await digits(grace);
		await fits(grace, "join");
		await ada.getByText("Grace Hopper asks to join").waitFor();
		await fits(ada, "request");
		await ada.getByRole("link", { name: "Notes", exact: true }).click();
		await ada.getByLabel("1 ask to join").waitFor();
		await fits(ada, "waiting");
		await ada.getByRole("link", { name: "Share" }).click();
		await ada.getByRole("button", { name: "Compare and let in" }).click();
		await digits(ada);
		await fits(ada, "compare");
		await ada.getByRole("button", { name: "Close" }).click();
		await letIn(ada, "Grace Hopper");
		await fits(ada, "members");
		await ada.getByRole("button", { name: "Remove Grace Hopper" }).click();
		await ada.getByText("The notebook gets a new key").waitFor();
		await fits(ada, "remove");
		await addDeviceOf("ada");
		await ada.goto(`${visit.servers.url}/#/devices`);
		await ada.getByText("Not signed in").waitFor();
		await fits(ada, "devices");
		await ada.getByRole("button", { name: "Remove the device" }).click();
		await ada.getByText("Remove this device?").waitFor();
		await fits(ada, "remove-device");
		await ada.getByRole("button", { name: "Cancel" }).click();
		await ada.getByRole("button", { name: "Make new keys" }).click();
		await ada.getByText("Make new keys?").waitFor();
		await fits(ada, "new-keys");
		await ada.goto(`${visit.servers.url}/#/`);
		await ada.getByRole("link", { name: "Trip to Lisbon" }).waitFor();
		await fits(ada, "notebooks");
		await visit.servers.stopBackend();
		await ada.goto(notebook);
		await ada.getByText("You are offline").waitFor();
		await fits(ada, "offline");
		await visit.servers.restartBackend();
		await ada.reload();
		await writeNote(ada, "A".repeat(120), "B".repeat(500));
		await fits(ada, "long");
		await ada.getByRole("link", { name: "Share" }).click();
		await ada.getByRole("button", { name: "Rename the notebook" }).click();
		await ada.getByRole("textbox", { name: "Name" }).fill("M".repeat(80));
		await ada.getByRole("button", { name: "Rename", exact: true }).click();
		await ada.getByRole("heading", { name: "M".repeat(80) }).waitFor();
		await fits(ada, "long-name");
		expect(broken).toEqual([]);
		expect(visit.complaints).toEqual([]);
	});
});
