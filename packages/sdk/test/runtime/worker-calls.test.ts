import { newUser, PASSWORD, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group, SentcClient, User } from "../../src/index.js";
import { changing, fetchThrough } from "../support/between.js";
import { createElsewhere } from "../support/created-elsewhere.js";
import { factoryOf } from "./workers.js";

const api = await startApi();
afterAll(() => api.close());

/** Answers a group with 20 keys, which all open to the first. */
const grown = changing<{ keys: { time: number }[] }>(/GET \/group\/[\w-]+$/, (group) => ({
	...group,
	keys: Array.from({ length: 20 }, (_, index) => ({
		...group.keys[0],
		...(index > 0 && { group_key_id: `key-${index}`, time: 1000 - index }),
	})),
}));

describe("what crosses to the worker", () => {
	const { factory, workers } = factoryOf();
	const messages: string[] = [];
	let sentc: SentcClient;
	let user: User;
	let group: Group;

	const countedFactory = (): Worker => {
		const worker = factory();
		const post = worker.postMessage.bind(worker);
		worker.postMessage = (message: unknown, ...rest: []) => {
			messages.push(JSON.stringify(message));
			post(message, ...rest);
		};
		return worker as unknown as Worker;
	};

	async function during(act: () => Promise<unknown>): Promise<string[]> {
		messages.length = 0;
		await act();
		return messages.splice(0);
	}

	beforeAll(async () => {
		({ sentc } = await startSentc(api, { worker: { factory: countedFactory }, fetch: fetchThrough(grown) }));
		user = await newUser(sentc, "ada");
		group = await user.getGroup(await createElsewhere(api, user, true));
	});
	afterAll(() => sentc.close());

	it("of a login: one message to derive, one to open the device, one for all keys", async () => {
		expect(await during(() => sentc.login("ada", PASSWORD, true))).toHaveLength(3);
	});

	it("of a group with 20 signed keys: one message for the keys, one for each kind of searchable ones, none for the own key", async () => {
		const id = await createElsewhere(api, user, true);
		const requests = await api.requestsOf(async () => {
			expect(await during(() => user.getGroup(id, undefined, 2))).toHaveLength(3);
		});
		expect(requests.filter((request) => request.includes("verify_key"))).toEqual([]);
		expect(workers).toHaveLength(1);
	});

	it("of an invite into a group with 20 keys: one message for all keys", async () => {
		const { user: bob } = await signUp(api);
		const { user_id } = bob.user_data;
		const own = await user.getGroup(await createElsewhere(api, user));
		expect(own.data.keys).toHaveLength(20);
		const sent = await during(() => own.prepareKeysForNewMember(user_id));
		expect(sent.filter((message) => message.includes("prepareKeysForNewMember"))).toHaveLength(1);
		expect(sent).toHaveLength(1);
	});

	it("of a signed text to decrypt: the text, once", async () => {
		const text = await group.encryptString("a".repeat(10_000), true);
		const sent = await during(() => group.decryptString(text, true, user.user_data.user_id));
		expect(sent).toHaveLength(1);
		expect(sent.join("").split(text)).toHaveLength(2);
	});

	it("of a text without a signature: nothing", async () => {
		const text = await group.encryptString("a".repeat(10_000));
		expect(await during(() => group.decryptString(text))).toEqual([]);
	});
});

describe("requests that can be spared", () => {
	it("of the verify key of somebody who signed 20 keys: one", async () => {
		const owner = await newUser((await startSentc(api)).sentc, "eve");
		const signed = changing<{ keys: object[] }>(/GET \/group\/[\w-]+$/, (result) => ({
			...result,
			keys: result.keys.map((key) => ({
				...key,
				signed_by_user_id: owner.user_data.user_id,
				signed_by_user_sign_key_id: owner.user_data.newest_key_id,
				group_key_sig: null,
			})),
		}));
		const fetch = fetchThrough(signed, fetchThrough(grown));
		const reader = await newUser((await startSentc(api, { fetch, require_signatures: false })).sentc, "bob");
		const id = await createElsewhere(api, reader);
		const requests = await api.requestsOf(() => reader.getGroup(id, undefined, 1));
		expect(requests.filter((request) => request.includes("verify_key"))).toHaveLength(1);
	});
});
