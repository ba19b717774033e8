import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchOptions } from "@sentc-ts/browsers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logIn, register, show } from "../src/person.js";
import { filmOf } from "../src/qr-picture.js";
import { openPage, type Visit } from "../src/visit.js";

const TEXT = "SENTC1:WHAT A CAMERA SEES";

describe("the camera", () => {
	let folder: string;
	let visit: Visit;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "sentc-ts-film-"));
		const film = join(folder, "film.y4m");
		await filmOf(TEXT, film);
		const camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];
		visit = await openPage({
			args: [...(launchOptions().args ?? []), ...camera, `--use-file-for-fake-video-capture=${film}`],
		});
		await register(visit.page, visit.name);
		await logIn(visit.page, visit.name);
	});
	afterAll(async () => {
		await visit?.close();
		await rm(folder, { recursive: true, force: true });
	});

	it("reads the code that a device shows, and is switched off afterwards", async () => {
		const { complaints, page } = visit;
		await show(page, "accept-device");
		await page.getByRole("button", { name: "Scan its code" }).click();
		await expect.poll(() => page.locator("#accept-device textarea").inputValue(), { timeout: 20_000 }).toBe(TEXT);
		expect(await page.locator("#scanner").isVisible()).toBe(false);
		expect(await page.locator("#scanner video").evaluate((video: HTMLVideoElement) => video.srcObject)).toBeNull();
		expect(complaints).toEqual([]);
	});
});
