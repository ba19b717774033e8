import { engines, type Tab } from "@sentc-ts/browsers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineVisit, visitWith } from "../src/engine-visit.js";
import {
	fieldValue,
	getJwt,
	logIn,
	logOut,
	putClockForward,
	register,
	submit,
	textOf,
	waitForStatus,
} from "../src/person.js";

const TEXT = "Written in one tab, read in the other.";

interface Stored {
	jwt: string;
	newest_key_id: string;
}

/** What the SDK keeps of the user in IndexedDB, read past the SDK; `null` = nothing. */
function storedUser(tab: Tab, name: string): Promise<Stored | null> {
	return tab.evaluate(async (key) => {
		const result = <T>(request: IDBRequest<T>): Promise<T> =>
			new Promise((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(request.error);
			});
		const database = await result(indexedDB.open("sentclose"));
		const found: Stored | undefined = await result(database.transaction("keys").objectStore("keys").get(key));
		database.close();
		return found ? { jwt: found.jwt, newest_key_id: found.newest_key_id } : null;
	}, `user_data_id_${name}`);
}

const claimsOf = (jwt = ""): { fresh: boolean } =>
	JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());

const newestKey = (tab: Tab): Promise<string> => textOf(tab, "#key-facts dd");

describe.each(engines)("two tabs of $name", (engine) => {
	let visit: EngineVisit;
	let first: Tab;
	let second: Tab;
	beforeAll(async () => {
		visit = await visitWith(engine);
		first = visit.tab;
		await register(first, visit.name);
		await logIn(first, visit.name);
		second = await visit.openTab();
	});
	afterAll(() => visit?.close());

	async function reload(tab: Tab): Promise<void> {
		await tab.reload();
		await waitForStatus(tab, `Logged in as ${visit.name}`);
	}

	it("are logged in with one login", () => waitForStatus(second, `Logged in as ${visit.name}`));

	it("read what the other one encrypted", async () => {
		expect(await submit(first, "group", {}, "Create a group")).toMatch(/is created/);
		await submit(first, "encrypt", { text: TEXT }, "Encrypt");
		const encrypted = await fieldValue(first, "#decrypt textarea");
		await reload(second);
		await submit(second, "decrypt", { encrypted }, "Decrypt");
		expect(await textOf(second, "#decrypted")).toBe(TEXT);
	});

	it("write at the same time, and neither loses what the other one wrote", async () => {
		const { name } = visit;
		const before = await newestKey(first);
		expect(claimsOf((await storedUser(first, name))?.jwt).fresh).toBe(false);
		await logIn(first, name);
		expect(claimsOf((await storedUser(first, name))?.jwt).fresh).toBe(true);
		await putClockForward(second);
		const [rotated, refreshed] = await Promise.all([submit(first, "keys", {}, "Rotate my keys"), getJwt(second)]);
		expect(rotated).toMatch(/needs the new key/);
		expect(refreshed).toBe("The JWT is a new one.");
		const newest = await newestKey(first);
		expect(newest).not.toBe(before);
		const user = await storedUser(first, name);
		expect(user?.newest_key_id).toBe(newest);
		expect(claimsOf(user?.jwt).fresh).toBe(false);
		await reload(second);
		expect(await newestKey(second)).toBe(newest);
	});

	it("end together: the other one notices, and does not bring the session back", async () => {
		const { name } = visit;
		expect(await storedUser(second, name)).not.toBeNull();
		expect(await logOut(first)).toMatch(/logged out/);
		await putClockForward(second);
		expect(await getJwt(second)).toBe("Your session has ended. Log in again.");
		await waitForStatus(second, "Not logged in");
		expect(await storedUser(second, name)).toBeNull();
		await second.reload();
		await waitForStatus(second, "Not logged in");
	});
});
