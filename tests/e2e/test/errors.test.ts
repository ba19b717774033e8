import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goTo, logIn, register, submit } from "../src/person.js";
import { advance, openPage, type Visit } from "../src/visit.js";

let visit: Visit;
beforeAll(async () => {
	visit = await openPage();
});
afterAll(() => visit?.close());

const API_DOWN = "The API can't be reached. Is it running?";

describe("what goes wrong, in words", () => {
	it("says that a name is taken, and which step failed", async () => {
		const { name, page } = visit;
		await register(page, name);
		expect(await register(page, name)).toBe("This name is taken. Choose another one.");
		expect(await page.locator("#register-steps [data-state=failed]").textContent()).toBe("done");
		expect(await page.locator("#register .message").getAttribute("class")).toBe("message error");
	});

	it("says that name or password are wrong, without telling which", async () => {
		const { name, page } = visit;
		const wrongPassword = await logIn(page, name, "not the password");
		expect(wrongPassword).toBe("The name or the password is wrong.");
		expect(await logIn(page, `${name}-nobody`)).toBe(wrongPassword);
		expect(await page.locator("#status").textContent()).toBe("Not logged in");
	});

	it("says what is wrong with a text that can't be decrypted", async () => {
		const { name, page } = visit;
		await logIn(page, name);
		await submit(page, "group", {}, "Create a group");
		await submit(page, "encrypt", { text: "hello" }, "Encrypt");
		const encrypted = await page.locator("#decrypt textarea").inputValue();
		const changed = encrypted.replace(/.{8}$/, "AAAAAAA=");
		expect(changed).not.toBe(encrypted);

		const decrypt = (text: string): Promise<string> => submit(page, "decrypt", { encrypted: text }, "Decrypt");
		expect(await decrypt("hello")).toBe("This is not a text that was encrypted here.");
		expect(await decrypt("!")).toBe("This is not a text that was encrypted here.");
		expect(await decrypt(changed)).toMatch(/changed/);
		expect(await page.locator("#decrypted").isHidden()).toBe(true);
		expect(await decrypt(encrypted)).toMatch(/^Decrypted/);
	});

	it("says that the API is down, keeps the session, and goes on when it is back", async () => {
		const { name, page, servers } = visit;
		await servers.stopApi();
		expect(await submit(page, "group", {}, "Create a group")).toBe(API_DOWN);
		expect(await register(page, `${name}-2`)).toBe(API_DOWN);

		await page.reload();
		await page.getByText(`Logged in as ${name}`, { exact: true }).waitFor();
		const problem = page.getByRole("alert");
		await problem.getByText(API_DOWN).waitFor();
		await goTo(page, "#/groups");
		await page.locator("#group-list").getByText(API_DOWN).waitFor();
		expect(await page.getByText("No group yet").count()).toBe(0);
		await problem.getByRole("button", { name: "Try again" }).click();
		await problem.getByText("Trying …").waitFor();
		await problem.getByRole("button", { name: "Try again" }).waitFor();
		expect(await problem.textContent()).toContain(API_DOWN);

		await servers.restartApi();
		await problem.getByRole("button", { name: "Try again" }).click();
		await problem.waitFor({ state: "hidden" });
		await page.locator("#group-list a").first().waitFor();
		expect(await submit(page, "group", {}, "Create a group")).toMatch(/is created/);
	});

	it("says that the session has ended, and logs out", async () => {
		const { page, servers } = visit;
		await servers.emptyApi();
		await advance(visit, 3_600_000);
		await page.getByRole("link", { name: "Groups" }).click();
		await page.getByText("Not logged in").waitFor();
		await page.locator("#login .message.error").getByText("Your session has ended. Log in again.").waitFor();
		await page.reload();
		await page.getByText("Not logged in").waitFor();
	});

	it("says that the own backend is down", async () => {
		const { name, page, servers } = visit;
		await servers.stopBackend();
		expect(await register(page, `${name}-3`)).toBe("Your backend can't be reached. Is it running?");
	});
});
