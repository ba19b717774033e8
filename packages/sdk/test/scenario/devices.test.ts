import { freshName, PASSWORD, signUp, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { User } from "../../src/index.js";
import { changing, fetchThrough } from "../support/between.js";

const api = await startApi();
afterAll(() => api.close());

describe("a second device", () => {
	it("gets the keys from the first and opens the same group", async () => {
		const { user } = await signUp(api);
		const groupId = await user.createGroup();
		const text = (await user.getGroup(groupId)).encryptStringSync("from the laptop");

		const phone = (await startSentc(api)).sentc;
		const [identifier, password] = phone.generateRegisterData();
		const request = await phone.registerDeviceStart(identifier, password);
		if (request === false) throw new Error("The generated data is empty");
		expect(phone.doneRegisterDeviceStart(request)).toBeUndefined();
		await expect(phone.login(identifier, password)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
		expect(await user.registerDevice(request)).toBeUndefined();

		const onPhone = await phone.login(identifier, password, true);
		expect(onPhone.user_data.user_id).toBe(user.user_data.user_id);
		expect(onPhone.user_data.device_id).not.toBe(user.user_data.device_id);
		expect(await (await onPhone.getGroup(groupId)).decryptString(text)).toBe("from the laptop");
	});

	it("is added through an own backend: prepare, send, done", async () => {
		const { sentc, user } = await signUp(api);
		const headers = { "x-sentc-app-token": api.app_token };
		const name = freshName();
		for (const body of [
			sentc.prepareRegisterDeviceStart(name, PASSWORD),
			await sentc.prepareRegisterDeviceStartAsync(freshName(), PASSWORD),
		]) {
			const start = await fetch(`${api.base_url}/api/v1/user/prepare_register_device`, {
				method: "POST",
				headers,
				body,
			});
			const prepared = user.prepareRegisterDevice(await start.text());
			expect(JSON.parse(prepared.get_public_key())).toMatchObject({ public_key_sig: null });
			const done = await fetch(`${api.base_url}/api/v1/user/done_register_device`, {
				method: "PUT",
				headers: { ...headers, Authorization: `Bearer ${await user.getJwt()}` },
				body: prepared.get_input(),
			});
			expect(await done.json()).toMatchObject({ status: true });
		}
		expect((await sentc.login(name, PASSWORD, true)).user_data.user_id).toBe(user.user_data.user_id);
	});

	it.each(["public_key_string", "keypair_encrypt_alg", "device_identifier"])(
		"does not hand on an answer with %s of somebody else",
		async (member) => {
			const { sentc } = await startSentc(api);
			const foreign = JSON.parse(String(await sentc.registerDeviceStart(freshName(), PASSWORD))).result;
			if (member === "keypair_encrypt_alg") foreign[member] = "KYBER_768";
			const lying = await startSentc(api, {
				fetch: fetchThrough(changing("POST ", (result) => ({ ...result, [member]: foreign[member] }))),
			});
			const start = lying.sentc.registerDeviceStart(freshName(), PASSWORD);
			await expect(start).rejects.toMatchObject({ code: "ANSWER_FORGED", what: "device" });
		},
	);

	it("is not added by an answer that reports an error", async () => {
		const { user } = await signUp(api);
		const refusal = '{"status":false,"err_msg":"taken","err_code":101}';
		expect(thrown(() => user.prepareRegisterDevice(refusal))).toMatchObject({ status: "server_101" });
		await expect(user.registerDevice(refusal)).rejects.toMatchObject({ status: "server_101" });
	});
});

describe("many user keys", () => {
	interface Sent {
		path: string;
		body: { user_keys?: { keys: { key_id: string }[]; rank: null; key_session: boolean } } & { key_id: string }[];
	}

	/** A user with copies of the one key, ever newer ones; what hands keys over is recorded and answered here. */
	async function userWithKeys(
		count: number,
		sessionId?: string,
	): Promise<{ user: User; request: string; sent: Sent[] }> {
		const sent: Sent[] = [];
		const { sentc, user } = await signUp(api, {
			fetch: async (input, init) => {
				const request = new Request(input, init);
				const path = new URL(request.url).pathname;
				if (!/done_register_device|user_keys\/session/.test(path)) return fetch(request);
				sent.push({ path, body: await request.json() });
				const result = path.endsWith("done_register_device") ? { session_id: sessionId, message: "ok" } : "ok";
				return Response.json({ status: true, result });
			},
		});
		const { key_map, newest_key_id, user_keys } = user.user_data;
		const [key] = user_keys;
		if (!key) throw new Error("A new user has a key");
		for (let index = 1; index < count; index++) {
			const id = `key-${index}`;
			const group_key = key.group_key.replace(newest_key_id, id);
			user_keys.push({ ...key, group_key_id: id, group_key, time: key.time + index });
			key_map.set(id, index);
		}
		const request = await sentc.registerDeviceStart(freshName(), PASSWORD);
		return { user, request: String(request), sent };
	}

	/** The newest first. */
	const idsOf = ({ user_data }: User): string[] => user_data.user_keys.map((key) => key.group_key_id).toReversed();

	it("up to 100 go in one request without a session", async () => {
		const { user, request, sent } = await userWithKeys(100);
		expect(await user.registerDevice(request)).toBeUndefined();
		expect(sent.map(({ path }) => path)).toEqual(["/api/v1/user/done_register_device"]);
		expect(sent[0]?.body.user_keys).toMatchObject({ rank: null, key_session: false });
		expect(sent[0]?.body.user_keys?.keys.map((key) => key.key_id)).toEqual(idsOf(user));
	});

	it("more go as 100 and a session, every key once", async () => {
		const { user, request, sent } = await userWithKeys(203, "the-session");
		const uploads = await user.registerDevice(request);
		expect(uploads?.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
		const [first, ...later] = sent;
		expect(first?.body.user_keys).toMatchObject({ rank: null, key_session: true });
		expect(first?.body.user_keys?.keys).toHaveLength(100);
		expect(later.map(({ path }) => path)).toEqual(Array(2).fill("/api/v1/user/user_keys/session/the-session"));
		const ids = sent.flatMap(({ body }) => (body.user_keys?.keys ?? body).map((key) => key.key_id));
		expect(ids.toSorted()).toEqual(idsOf(user).toSorted());
	});

	it("are paged the same way for an own backend", async () => {
		const { user, request } = await userWithKeys(101);
		const first = JSON.parse(user.prepareRegisterDevice(request).get_input());
		expect(first.user_keys.keys).toHaveLength(100);
		expect(first.user_keys.key_session).toBe(true);
		const second = JSON.parse(user.prepareRegisterDevice(request, 1).get_input());
		expect(second.map((key: { key_id: string }) => key.key_id)).toEqual([idsOf(user)[100]]);
		for (const page of [2, -1, 0.5]) {
			expect(thrown(() => user.prepareRegisterDevice(request, page))).toMatchObject({ field: "page" });
		}
	});

	it("are not lost in silence when the API opens no session", async () => {
		const { user, request } = await userWithKeys(101);
		await expect(user.registerDevice(request)).rejects.toMatchObject({ code: "ENVELOPE_INCOMPLETE" });
	});
});
