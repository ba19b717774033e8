import { createSentc, MemoryStorage } from "@sentc-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRecorder, recorded, shapeOf } from "./recorded.js";
import { newest } from "./reference-device.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
/** Has every key from the start; our SDK logs in on the same device. */
const owner = await world.signUpReference();
const firstMessage = world.reference.encrypt_string_asymmetric(newest(owner.keys).exported_public_key, "the first");
afterAll(() => world.close());

async function rotateUntil(keys: number): Promise<void> {
	while (owner.keys.length < keys) await owner.rotateKey();
}

async function expectEveryKey(get: (id: string) => Promise<string>): Promise<void> {
	for (const { group_key, group_key_id } of owner.keys) expect(await get(group_key_id)).toBe(group_key);
}

describe.each([{ keys: 60 }, { keys: 103 }])("with $keys keys", ({ keys }) => {
	beforeAll(() => rotateUntil(keys));

	it("a new device of our SDK gets every key from the reference client", async () => {
		const user = await world.addDevice({
			registerDevice: async (waiting) => expect(await owner.registerDevice(waiting)).toBe(true),
		});
		await expectEveryKey((id) => user.getUserSymKey(id));
		expect(await user.decryptString(firstMessage)).toBe("the first");
	});

	it("a new device of the reference client gets every key from our SDK", async () => {
		const added = await world.addReference(await world.login(owner));
		const page = owner.keys.slice(0, 50);
		expect(added.keys.map(({ group_key }) => group_key)).toEqual(page.map(({ group_key }) => group_key));
		await expectEveryKey(async (id) => (await added.keyFor(id)).group_key);
		expect(await added.decrypt(firstMessage)).toBe("the first");
		expect((await added.listKeys()).map(({ group_key_id }) => group_key_id)).toEqual(
			owner.keys.map(({ group_key_id }) => group_key_id),
		);
	});

	it("keys that are sent twice, as the published JavaScript layer does, do no harm", async () => {
		const user = await world.addDevice({ registerDevice: (waiting) => owner.registerDevice(waiting, () => 0) });
		for (const { group_key, group_key_id } of owner.keys.slice(0, 50)) {
			expect(await user.getUserSymKey(group_key_id)).toBe(group_key);
		}
		expect(await statusOfFailure(user.getUserSymKey(String(owner.keys.at(-1)?.group_key_id)))).toBe("server_304");
	});
});

describe("what our SDK hands over with 103 keys", () => {
	beforeAll(() => rotateUntil(103));

	it("is a page of 100 that asks for a session, and the others in what the reference client sends", async () => {
		const recorder = createRecorder();
		const storage = new MemoryStorage();
		const { url: base_url, token: app_token } = world;
		const sentc = createSentc({ worker: false, base_url, app_token, fetch: recorder.fetch });
		await sentc.init({ storage: { getStorage: async () => storage } });
		const user = await sentc.login(owner.identifier, owner.password, true);
		const waiting = await world.startReference();
		recorder.take();
		await user.registerDevice(waiting);
		const sent = recorder.take().filter(({ method }) => method === "PUT");
		expect(sent.map(shapeOf)).toEqual(recorded("device done with session", "device session upload").map(shapeOf));
		const [first, second] = sent.map(({ body }) => JSON.parse(body ?? ""));
		const ids = (keys: { key_id: string }[]) => keys.map(({ key_id }) => key_id);
		expect(ids(first.user_keys.keys)).toEqual(owner.keys.slice(0, 100).map(({ group_key_id }) => group_key_id));
		expect(ids(second)).toEqual(owner.keys.slice(100).map(({ group_key_id }) => group_key_id));
	});
});
