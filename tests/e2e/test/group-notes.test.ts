import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { until } from "@sentc-ts/browsers";
import { startSentc } from "@sentc-ts/test-world";
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

const HOUR = 3_600_000;
const TITLE = "Packing list";
const PICTURE = new URL("../../../apps/group-notes/src/page/public/icon-512.png", import.meta.url);
const TEXT = "Tickets, sun cream, the good camera";

/** Ada and Grace, each in a profile of their own: they share nothing but a link. */
describe("a notebook of two people", () => {
	let visit: Visit;
	let ada: Page;
	let grace: Page;
	let notebook: string;
	let link: string;
	let adaId: string;
	beforeAll(async () => {
		visit = await visitGroupNotes();
		ada = await visit.newPerson();
		grace = await visit.newPerson();
	});
	afterAll(() => visit?.close());

	const note = (page: Page, title: string) => page.getByRole("button").filter({ hasText: title });

	it("the first one registers, makes a notebook and writes: the backend has no word of it", async () => {
		await register(ada, "Ada Lovelace", "ada");
		notebook = await createNotebook(ada, "Trip to Lisbon");
		await writeNote(ada, TITLE, TEXT);
		const stored = await Promise.all(["", "-wal"].map((end) => readFile(`${visit.database}${end}`).catch(() => "")));
		expect(stored.join("")).toContain("Ada Lovelace");
		for (const word of [TITLE, TEXT, "Lisbon"]) expect(stored.join("")).not.toContain(word);
	});

	it("a link leads the second one in, after both have compared the same digits", async () => {
		link = await invitationLink(ada);
		adaId = link.split("/").at(-1) ?? "";
		expect(await ada.getByRole("img", { name: "QR code of the invitation" }).isVisible()).toBe(true);
		await askToJoin(grace, link, "Grace Hopper", "grace");
		const [hers] = [await digits(grace)];
		expect(hers).toHaveLength(16);

		await ada.getByText("Grace Hopper asks to join").waitFor();
		await ada.getByRole("button", { name: "Compare and let in" }).click();
		expect(await digits(ada)).toEqual(hers);
		await ada.getByRole("button", { name: "Close" }).click();
		await letIn(ada, "Grace Hopper");
		await grace.getByRole("heading", { name: "Trip to Lisbon" }).waitFor();
		await grace.getByText(TEXT).waitFor();
	});

	it("what one writes and changes, the other sees at once", async () => {
		await ada.goto(notebook);
		await note(ada, TITLE).waitFor();
		await writeNote(grace, "Where we eat", "Thursday at eight");
		await note(ada, "Where we eat").getByText("Grace Hopper").waitFor();
		await note(ada, "Where we eat").click();
		await ada.getByLabel("Text").fill("Friday at eight");
		await ada.getByRole("button", { name: "Save" }).click();
		await note(grace, "Friday at eight").getByText("changed by Ada Lovelace").waitFor();
	});

	it("the second one finds and sorts by titles that the backend can't read", async () => {
		const headings = grace.getByRole("list", { name: "Notes" }).getByRole("heading");
		const shows = (titles: string[]) =>
			until(`the notes are ${titles}`, async () => `${await headings.allTextContents()}` === `${titles}`);
		await writeNote(grace, "Ünder the bridge", "At noon");
		await shows(["Ünder the bridge", "Where we eat", TITLE]);
		await grace.getByLabel("Sort by").selectOption("Title");
		await shows([TITLE, "Ünder the bridge", "Where we eat"]);
		await grace.getByRole("searchbox").focus();
		await grace.keyboard.type("PACKING LI");
		await grace.getByText("One note starts with").waitFor();
		await shows([TITLE]);
		await grace.keyboard.press("Escape");
		await grace.keyboard.type("list");
		await grace.getByText("Nothing found").waitFor();
		await grace.getByRole("button", { name: "Clear the search" }).click();
		await grace.getByLabel("Sort by").selectOption("Newest first");
		await shows(["Ünder the bridge", "Where we eat", TITLE]);
		await note(grace, "Ünder the bridge").click();
		await grace.getByLabel("Title").fill("Over the bridge");
		await grace.getByRole("button", { name: "Save" }).click();
		await ada.getByRole("searchbox").fill("ü");
		await ada.getByText("Nothing found").waitFor();
		await ada.getByRole("searchbox").fill("over");
		await note(ada, "Over the bridge").click();
		await ada.getByRole("button", { name: "Delete" }).click();
		await ada.getByRole("button", { name: "Delete it" }).click();
		await ada.getByText("Nothing found").waitFor();
		await ada.getByRole("button", { name: "Clear the search" }).click();
		await note(ada, TITLE).waitFor();
	});

	it("a picture that one attaches the other sees; what is too large or cancelled is not sent", async () => {
		const picture = await readFile(PICTURE);
		let goOn = (): void => undefined;
		const held = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		await ada.route("**/file/part/**", async (route) => {
			await held;
			await route.continue().catch(() => undefined); // What was cancelled goes nowhere.
		});
		await note(ada, TITLE).click();
		const files = { "tiles.png": picture, "long.bin": Buffer.alloc(3_000_000), "film.mp4": Buffer.alloc(20_000_001) };
		const paths = Object.keys(files).map((name) => join(dirname(visit.database), name));
		for (const [place, bytes] of Object.values(files).entries()) await writeFile(paths[place] ?? "", bytes);
		await ada.getByLabel("Files to attach").setInputFiles(paths);
		await ada.getByText("“film.mp4” has 21 MB. Files may have up to 20 MB.").waitFor();
		await ada.getByRole("button", { name: "Cancel film.mp4" }).click();
		await ada.getByRole("progressbar", { name: "Uploading long.bin" }).waitFor();
		await ada.getByRole("button", { name: "Cancel long.bin" }).click();
		await ada.getByRole("progressbar", { name: "Uploading long.bin" }).waitFor({ state: "detached" });
		await ada.getByRole("button", { name: "Pause tiles.png" }).click();
		await ada.getByRole("button", { name: "Go on with tiles.png" }).click();
		expect(await ada.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
		goOn();
		await ada.getByRole("img", { name: "tiles.png" }).waitFor();
		await ada.unroute("**/file/part/**");
		await ada.getByRole("button", { name: "Save" }).click();

		let isChanged = true;
		await grace.route("**/file/part/**", async (route) => {
			const response = await route.fetch();
			const body = await response.body();
			if (isChanged) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
			await route.fulfill({ response, body });
		});
		await note(grace, "One file").click();
		await grace.getByText("The signature is wrong").waitFor();
		expect(await grace.getByRole("img", { name: "tiles.png" }).count()).toBe(0);
		isChanged = false;
		await grace.getByRole("button", { name: "Try again" }).click();
		const ofFile = grace.getByRole("list", { name: "Files" }).getByText("Signed by Ada Lovelace");
		await ofFile.waitFor();
		expect(await grace.getByText("Signed by Ada Lovelace").count()).toBe(2);
		const shown = grace.getByRole("img", { name: "tiles.png" });
		await until("the picture is there", () =>
			shown.evaluate((image) => (image as HTMLImageElement).naturalWidth === 512).catch(() => false),
		);
		const downloading = grace.waitForEvent("download");
		await grace.getByRole("button", { name: "Download tiles.png" }).click();
		const download = await downloading;
		expect(download.suggestedFilename()).toBe("tiles.png");
		expect(picture.equals(await readFile(await download.path()))).toBe(true);
		const url = (await shown.getAttribute("src")) ?? "";
		const isThere = () =>
			grace.evaluate(async (src) => {
				const image = Object.assign(new Image(), { src });
				return image.decode().then(
					() => true,
					() => false,
				);
			}, url);
		expect(await isThere()).toBe(true);
		await grace.getByRole("button", { name: "Close" }).click();
		await shown.waitFor({ state: "detached" });
		expect(await isThere()).toBe(false);

		await note(ada, TITLE).click();
		await ada.getByRole("button", { name: "Remove tiles.png" }).click();
		await ada.getByRole("button", { name: "Save" }).click();
		await note(grace, "One file").waitFor({ state: "detached" });
	});

	it("nobody overwrites what somebody else changed meanwhile", async () => {
		await note(ada, TITLE).click();
		await ada.getByLabel("Text").fill("Ada's list");
		await note(grace, TITLE).click();
		await grace.getByLabel("Text").fill("Grace's list");
		await grace.getByRole("button", { name: "Save" }).click();
		await ada.getByText("Grace Hopper changed this note while you had it open").waitFor();
		expect(await ada.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
		await ada.getByRole("button", { name: "Keep mine" }).click();
		await ada.getByRole("button", { name: "Save" }).click();
		await note(grace, "Ada's list").waitFor();
	});

	it("a note is deleted by its author, or by who manages the notebook", async () => {
		await note(grace, TITLE).click();
		await grace.getByLabel("Text").waitFor();
		expect(await grace.getByRole("button", { name: "Delete" }).count()).toBe(0);
		await grace.getByRole("button", { name: "Close" }).click();
		await note(grace, "Where we eat").click();
		await grace.getByRole("button", { name: "Delete" }).click();
		await grace.getByRole("button", { name: "Delete it" }).click();
		await note(ada, "Where we eat").waitFor({ state: "detached" });
	});

	it("another rank shows what it allows", async () => {
		await ada.getByRole("link", { name: "Share" }).click();
		await ada.getByLabel("Rank of Grace Hopper").selectOption("Can manage members");
		await grace.getByRole("link", { name: "Share" }).waitFor();
	});

	it("who asks to join, comes and goes is seen at once, by all who may see it", async () => {
		await grace.getByRole("link", { name: "Share" }).click();
		await grace.getByRole("heading", { name: "Invite somebody" }).waitFor();
		const alan = await visit.newPerson();
		await ada.goto(notebook);
		await note(ada, TITLE).waitFor();
		await askToJoin(alan, link, "Alan Turing", "alan");
		await ada.getByRole("link", { name: "Share" }).getByLabel("1 ask to join").waitFor();
		await grace.getByText("Alan Turing asks to join").waitFor();
		await ada.getByRole("link", { name: "Share" }).click();
		await letIn(ada, "Alan Turing");
		await grace.getByRole("button", { name: "Remove Alan Turing" }).waitFor();
		await grace.getByText("Alan Turing asks to join").waitFor({ state: "detached" });
		await alan.getByText("Ada's list").waitFor();
		await ada.getByLabel("Rank of Alan Turing").selectOption("Can manage members");
		await alan.getByRole("link", { name: "Share" }).click();
		await alan.getByRole("button", { name: "Leave the notebook" }).click();
		await alan.getByRole("button", { name: "Leave", exact: true }).click();
		for (const page of [ada, grace]) {
			await page.getByRole("button", { name: "Remove Alan Turing" }).waitFor({ state: "detached" });
			await page.getByText("Somebody left who knows the key").waitFor();
		}
		await grace.getByRole("button", { name: "Make a new key" }).click();
		await ada.getByText("Somebody left who knows the key").waitFor({ state: "detached" });
		await alan.context().close();
		await grace.goto(notebook);
	});

	it("an admin gives it another name", async () => {
		const rename = async (name: string): Promise<void> => {
			await ada.getByRole("button", { name: "Rename the notebook" }).click();
			await ada.getByRole("textbox", { name: "Name" }).fill(name);
			await ada.getByRole("button", { name: "Rename", exact: true }).click();
			await ada.getByRole("heading", { name: `Members of ${name}` }).waitFor();
			await grace.reload();
			await grace.getByRole("heading", { name }).waitFor();
		};
		await rename("Lisbon in May");
		await rename("Trip to Lisbon");
	});

	it("new keys of one are asked about, and what they sign and encrypt is read once the digits were compared", async () => {
		await grace.goto(notebook);
		await note(grace, TITLE).waitFor();
		await ada.getByRole("link", { name: "Devices" }).click();
		await ada.getByRole("button", { name: "Make new keys" }).click();
		await ada.getByRole("dialog").getByRole("button", { name: "Make new keys" }).click();
		await ada.getByText("You have new keys").waitFor();
		await grace.getByRole("heading", { name: "Is this Ada Lovelace?" }).waitFor();
		await ada.goto(`${notebook}/members`);
		await ada.getByRole("button", { name: "Grace Hopper is verified" }).waitFor({ state: "detached" });
		await ada.getByRole("button", { name: "verify Grace Hopper" }).click();
		expect(await digits(ada)).toEqual(await digits(grace));
		await ada.getByRole("button", { name: "They match: mark as verified" }).click();
		await grace.getByRole("button", { name: "They match: mark as verified" }).click();
		await note(grace, TITLE).waitFor();
		await ada.goto(notebook);
		await writeNote(ada, "By new keys", "As before");
		await note(grace, "By new keys").click();
		await grace.getByText("Signed by Ada Lovelace", { exact: true }).waitFor();
		await grace.getByRole("button", { name: "Close" }).click();
		await ada.goto(`${notebook}/members`);
	});

	it("another key of somebody who was verified is told of, and is compared again", async () => {
		const { sentc } = await startSentc(visit.servers.api);
		const user = await sentc.login("grace", PASSWORD, true);
		await user.keyRotation();
		const { public_key_sig_key_id = "" } = await sentc.getUserPublicKey(adaId);
		const number = await user.createSafetyNumber({ user_id: adaId, verify_key_id: public_key_sig_key_id });
		// The page asks for keys anew after half a minute.
		visit.servers.api.clock.advance(HOUR);
		for (const page of [ada, grace]) {
			await page.addInitScript(`{ const { now } = Date; Date.now = () => now() + ${HOUR}; }`);
			await page.reload();
		}
		await grace.getByText("Ada's list").waitFor();
		await ada.getByRole("button", { name: "Key changed: verify Grace Hopper" }).click();
		await ada.getByText("is another one than before").waitFor();
		const bits = BigInt(`0x${Buffer.from(number, "base64url").toString("hex")}`);
		expect((await digits(ada)).join("")).toBe(bits.toString().padStart(80, "0"));
		await ada.getByRole("button", { name: "They match: mark as verified" }).click();
		await ada.getByRole("button", { name: "Grace Hopper is verified" }).waitFor();
		await user.logOut();
	});

	it("who is removed is out at once, and reads nothing new, even with a backend that gives everything away", async () => {
		await ada.getByRole("button", { name: "Remove Grace Hopper" }).click();
		await ada.getByRole("button", { name: "Remove", exact: true }).click();
		await ada.getByRole("button", { name: "Remove Grace Hopper" }).waitFor({ state: "detached" });
		const done = ada.getByText("Grace Hopper is removed, and the notebook has a new key.");
		await until("the focus is on what was done", () => done.evaluate((text) => text === document.activeElement));
		await grace.getByText("This notebook is closed for you").waitFor();

		await ada.goto(notebook);
		const answer = ada.waitForResponse((response) => response.url().includes("/notes?"));
		await writeNote(ada, "Surprise for Grace", "A cake");
		const given = await (await answer).text();
		await grace.route("**/notebooks/*/notes?*", (route) => route.fulfill({ body: given }));
		await grace.route("**/notebooks/*/name", (route) => route.fulfill({ json: null }));
		await grace.reload();
		await grace.getByText("This notebook is closed for you").waitFor();
		expect(await grace.getByText("cake").count()).toBe(0);
	});

	it("without a network it reads what was loaded last, also much later; nothing that was kept is secret", async () => {
		await ada.goto(visit.servers.url);
		await ada.getByText("Trip to Lisbon").waitFor();
		await until("the files of the page are kept", () =>
			ada.evaluate(async () => (await caches.match("/config.json")) !== undefined),
		);
		await visit.servers.stopBackend();
		await visit.servers.api.stop();
		await ada.addInitScript(`{ const { now } = Date; Date.now = () => now() + ${HOUR}; }`);
		await ada.reload();
		await ada.getByRole("link", { name: "Trip to Lisbon" }).click();
		await ada.getByText("You are offline").waitFor();
		await ada.getByText("A cake").waitFor();
		expect(await ada.getByRole("button", { name: "New note" }).isDisabled()).toBe(true);
		await ada.getByRole("searchbox").fill("Surprise");
		await ada.getByRole("heading", { name: "Search needs the connection" }).waitFor();
		await ada.getByRole("button", { name: "Clear the search" }).click();
		await ada.getByText("A cake").waitFor();

		const kept = await ada.evaluate(async () => {
			const texts: string[] = [];
			for (const name of await caches.keys()) {
				const cache = await caches.open(name);
				for (const request of await cache.keys()) {
					const isOurs = !new URL(request.url).pathname.startsWith("/assets/");
					if (isOurs) texts.push(request.url, JSON.stringify([...request.headers]));
					if (isOurs) texts.push((await (await cache.match(request))?.text()) ?? "");
				}
			}
			return texts.join("\n");
		});
		const found = (pattern: RegExp): [RegExp, boolean] => [pattern, pattern.test(kept)];
		expect(found(/\/notes/)).toEqual([/\/notes/, true]);
		// A JWT is two JSON texts in base64url with a point between them.
		for (const secret of [/cake/, /Surprise/, /Lisbon/, /eyJ[\w-]+\.eyJ/, /Bearer/, /PRIVATE/]) {
			expect(found(secret)).toEqual([secret, false]);
		}
	});

	it("goes on when the network is back, and forgets everything at the end", async () => {
		await visit.servers.restartBackend();
		await visit.servers.api.restart();
		await ada.reload();
		await ada.getByText("A cake").waitFor();
		await until("it is online", async () => (await ada.getByText("You are offline").count()) === 0);
		await ada.getByRole("button", { name: "Sign out" }).click();
		await ada.getByRole("tab", { name: "Sign in" }).waitFor();
		const left = await ada.evaluate(async () => [await caches.has("kept-answers"), localStorage.length]);
		expect(left).toEqual([false, 0]);
	});

	it("gave the browser nothing to complain about", () => {
		expect(visit.complaints).toEqual([]);
	});
});
