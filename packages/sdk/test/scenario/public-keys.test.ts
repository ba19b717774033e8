import {
	type Client,
	type ClientOptions,
	newUser,
	rejection,
	signUp,
	startApi,
	startSentc,
} from "@sentc-ts/test-world";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { ask } from "../support/ask.js";
import { tamper } from "../support/between.js";

const HOUR_MS = 60 * 60 * 1000;

const api = await startApi();
const { user: bob } = await signUp(api);
const bobId = bob.user_data.user_id;
const bobKeyId = bob.user_data.newest_key_id;
const groupId = await bob.createGroup();
afterAll(() => api.close());
afterEach(() => vi.useRealTimers());

async function start(options: ClientOptions = {}) {
	const tampered = tamper();
	const started = await startSentc(api, { fetch: tampered.fetch, worker: false, ...options });
	/** How many requests were sent since the last time this was asked. */
	const sent = (): number => tampered.requests.splice(0).length;
	sent();
	return { ...started, api: tampered, sent };
}

/** Only the time of day: what waits goes on as usual. */
function travel(milliseconds: number): void {
	vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
}

describe.each(["a user", "a group"])("the public key of %s", (whose) => {
	const load = ({ sentc }: Client): Promise<object> =>
		whose === "a user" ? sentc.getUserPublicKey(bobId) : sentc.getGroupPublicKey(groupId);
	const item = (): string => (whose === "a user" ? `user_public_key_id_${bobId}` : `group_public_key_id_${groupId}`);

	it("is asked for once in an hour", async () => {
		const started = await start();
		const first = await load(started);
		expect(started.sent()).toBe(1);
		travel(HOUR_MS - 1000);
		expect(await load(started)).toEqual(first);
		expect(started.sent()).toBe(0);
		travel(2000);
		expect(await load(started)).toEqual(first);
		expect(started.sent()).toBe(1);
		await load(started);
		expect(started.sent()).toBe(0);
	});

	it("has the lifetime that the app chose", async () => {
		const short = await start({ public_key_lifetime: 5000 });
		await load(short);
		travel(4000);
		await load(short);
		expect(short.sent()).toBe(1);
		travel(2000);
		await load(short);
		expect(short.sent()).toBe(1);

		const endless = await start({ public_key_lifetime: Number.POSITIVE_INFINITY });
		await load(endless);
		travel(1000 * HOUR_MS);
		await load(endless);
		expect(endless.sent()).toBe(1);
	});

	it("is asked for again when it was stored without a time, as the reference client does, or in the future", async () => {
		const started = await start();
		const answer = await load(started);
		const stored = await started.storage.getItem<{ time: number }>(item());
		expect(stored).toMatchObject({ ...answer, time: expect.any(Number) });
		expect(started.sent()).toBe(1);
		for (const time of [undefined, "1", Number.NaN, -1, Date.now() + HOUR_MS]) {
			await started.storage.set(item(), { ...stored, time });
			expect(await load(started)).toEqual(answer);
			expect(started.sent()).toBe(1);
		}
		expect(answer).not.toHaveProperty("time");
	});

	it("that expired is an error of the request while there is no network", async () => {
		let offline = false;
		const started = await start({
			fetch: (input, init) => (offline ? Promise.reject(new TypeError("offline")) : fetch(input, init)),
		});
		const key = await load(started);
		offline = true;
		expect(await load(started)).toEqual(key);
		travel(2 * HOUR_MS);
		expect(await rejection(load(started))).toMatchObject({ name: "RequestError", code: "REQUEST_FAILED" });
		offline = false;
		expect(await load(started)).toEqual(key);
	});
});

describe("a verify key", () => {
	it("is asked for once: it never changes", async () => {
		const started = await start();
		const first = await started.sentc.getUserVerifyKey(bobId, bobKeyId);
		travel(1000 * HOUR_MS);
		expect(await started.sentc.getUserVerifyKey(bobId, bobKeyId)).toBe(first);
		expect(started.sent()).toBe(1);
	});

	it("has the id that was asked for", async () => {
		const started = await start();
		started.api.lie(/verify_key/, (honest) => ({ ...honest, verify_key_id: "another" }));
		expect(await rejection(started.sentc.getUserVerifyKey(bobId, bobKeyId))).toMatchObject({ code: "ANSWER_FORGED" });
	});
});

describe("the public keys of the own groups", () => {
	it("are stored with the group and expire like the others", async () => {
		const started = await start();
		const user = await newUser(started.sentc);
		const group = await user.getGroup(await user.createGroup());
		started.sent();
		const { group_id, newest_key_id } = group.data;
		expect((await started.sentc.getGroupPublicKey(group_id)).id).toBe(newest_key_id);
		expect(started.sent()).toBe(0);
		travel(HOUR_MS + 1000);
		expect((await started.sentc.getGroupPublicKey(group_id)).id).toBe(newest_key_id);
		expect(started.sent()).toBe(1);
	});
});

describe("an answer that is no key", () => {
	it("is not stored", async () => {
		const started = await start();
		const honest = await ask(api, `/group/${groupId}/public_key`);
		started.api.lie(/public_key/, () => ({ ...honest, public_key: "not a key" }));
		expect(await rejection(started.sentc.getGroupPublicKey(groupId))).toMatchObject({ name: "CryptoError" });
		expect(await rejection(started.sentc.getUserPublicKey(bobId))).toMatchObject({ name: "CryptoError" });
		expect(await started.storage.keys()).toEqual([]);
	});
});
