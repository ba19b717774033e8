import { engines, until } from "@sentc-ts/browsers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineVisit, visitWith } from "../src/engine-visit.js";
import {
	deleteGroup,
	fieldValue,
	logIn,
	logOut,
	register,
	show,
	submit,
	textOf,
	waitForStatus,
} from "../src/person.js";

const TEXT = "Only the members of the group can read this. 🔐";

describe.each(engines)("the journey of the seed page, in $name, with the API on another origin", (engine) => {
	let visit: EngineVisit;
	beforeAll(async () => {
		visit = await visitWith(engine);
	});
	afterAll(() => visit?.close());

	it("registers through the own backend", async () => {
		const { tab, name, servers } = visit;
		expect(new URL(servers.apiUrl).origin).not.toBe(await tab.evaluate(() => location.origin));
		expect(await register(tab, name)).toMatch(/is registered, with the user id [0-9a-f-]{36}/);
		const steps = await tab.evaluate(() =>
			[...document.querySelectorAll("#register-steps [data-state=done]")].map((step) => step.textContent),
		);
		expect(steps).toEqual(["prepare", "own backend", "API", "done"]);
	});

	it("logs in at the API", async () => {
		const { tab, name } = visit;
		expect(await logIn(tab, name)).toBe(`You are logged in as ${name}.`);
		expect(await textOf(tab, "#status")).toBe(`Logged in as ${name}`);
	});

	it("gets what the own backend stored, for the JWT", async () => {
		const { tab } = visit;
		await submit(tab, "me", {}, "Ask the backend who I am");
		expect(await textOf(tab, "#profile")).toMatch(/Ada Lovelace[\s\S]*ada@example\.com/);
	});

	it("adds a device", async () => {
		const { tab, name } = visit;
		const device = { identifier: `${name}-phone`, password: "the phone's password" };
		expect(await submit(tab, "device", device, "Ask to be added")).toBe(
			`${name}-phone waits: a device that is logged in has to accept it.`,
		);
		expect(await submit(tab, "accept-device", {}, "Accept the device")).toMatch(/is added/);
	});

	it("creates a group, encrypts, and decrypts after a reload on the second device too", async () => {
		const { tab, name } = visit;
		expect(await submit(tab, "group", {}, "Create a group")).toMatch(/^The group .* is created\.$/);
		await submit(tab, "encrypt", { text: TEXT }, "Encrypt");
		const encrypted = await fieldValue(tab, "#decrypt textarea");
		expect(encrypted).toMatch(/^[A-Za-z0-9+/]+=*$/);

		await tab.reload();
		await waitForStatus(tab, `Logged in as ${name}`);
		await show(tab, "decrypt");
		expect(await fieldValue(tab, "#decrypt textarea")).toBe(encrypted);
		expect(await decrypt(encrypted)).toBe(TEXT);

		await logIn(tab, `${name}-phone`, "the phone's password");
		expect(await decrypt(encrypted)).toBe(TEXT);
	});

	async function decrypt(encrypted: string): Promise<string> {
		await submit(visit.tab, "decrypt", { encrypted }, "Decrypt");
		return textOf(visit.tab, "#decrypted");
	}

	it("shows headers and envelope of what travelled, and no secret", async () => {
		const travels = await textOf(visit.tab, "#travels");
		expect(travels).toMatch(/x-sentc-app-token: \S+/);
		expect(travels).toMatch(/authorization: ••• \(\d+ characters\)/);
		expect(travels).toMatch(/"status": true/);
		expect(travels).not.toContain(TEXT);
		expect(travels).not.toContain("the phone's password");
	});

	it("deletes the group through the own backend", async () => {
		const { tab } = visit;
		expect(await deleteGroup(tab)).toMatch(/is deleted/);
		await until("The list is empty", async () => (await textOf(tab, "#group-list")) === "No group yet");
	});

	it("logs out, and a reload stays logged out", async () => {
		const { tab } = visit;
		expect(await logOut(tab)).toMatch(/logged out/);
		await tab.reload();
		await waitForStatus(tab, "Not logged in");
	});

	it("has a strict Content-Security-Policy", async () => {
		const response = await fetch(visit.servers.backendUrl);
		const policy = response.headers.get("content-security-policy") ?? "";
		expect(policy).toMatch(/^default-src 'none'; script-src 'self'; worker-src 'self'; /);
		expect(policy).not.toContain("unsafe");
	});

	if (engine.tellsComplaints) {
		it("broke no rule of the policy and wrote no error", () => expect(visit.browser.complaints).toEqual([]));
	}
});
