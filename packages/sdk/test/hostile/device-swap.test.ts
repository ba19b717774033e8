import { freshName, PASSWORD, type ServedApi, signUp, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeviceHandover, createSentc, deviceFingerprint, readDeviceHandover } from "../../src/index.js";

let api: ServedApi;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

/** What an own backend does with an input: passes it on to the API. */
async function passOn(body: string): Promise<string> {
	const headers = { "x-sentc-app-token": api.app_token };
	const url = `${api.base_url}/api/v1/user/prepare_register_device`;
	return (await fetch(url, { method: "POST", headers, body })).text();
}

/** The answer with the member of a device that the API or the own backend made. */
async function swap(answer: string, member: string): Promise<string> {
	const { sentc } = await startSentc(api);
	const { derived, device_identifier } = JSON.parse(sentc.prepareRegisterDeviceStart(freshName(), PASSWORD));
	const foreign: Record<string, string> = {
		public_key_string: derived.public_key,
		keypair_encrypt_alg: "KYBER_768",
		device_identifier,
	};
	const { result } = JSON.parse(answer);
	return JSON.stringify({ status: true, result: { ...result, [member]: foreign[member] } });
}

async function start() {
	const { sentc } = await startSentc(api);
	const name = freshName();
	const prepared = sentc.prepareRegisterDeviceStart(name, PASSWORD);
	return { sentc, name, prepared, answer: await passOn(prepared) };
}

/** No instance of this process has prepared it, as when the page was loaded anew. */
function preparedElsewhere(): { prepared: string; answer: string } {
	const input = JSON.parse(createSentc().prepareRegisterDeviceStart(freshName(), PASSWORD));
	const device_identifier = freshName();
	const { public_key, keypair_encrypt_alg } = input.derived;
	const result = {
		device_id: "id",
		token: "token",
		device_identifier,
		public_key_string: public_key,
		keypair_encrypt_alg,
	};
	return {
		prepared: JSON.stringify({ ...input, device_identifier }),
		answer: JSON.stringify({ status: true, result }),
	};
}

const FORGED = { code: "ANSWER_FORGED", what: "device" };

describe("an API or own backend that swaps the public key of a new device, to get all keys of the account", () => {
	it.each(["public_key_string", "keypair_encrypt_alg", "device_identifier"])(
		"is refused in the split flow when it swaps %s",
		async (member) => {
			const { answer, prepared, sentc } = await start();
			const swapped = await swap(answer, member);
			expect(thrown(() => sentc.doneRegisterDeviceStart(swapped))).toMatchObject(FORGED);
			expect(thrown(() => sentc.doneRegisterDeviceStart(swapped, prepared))).toMatchObject(FORGED);
			expect(thrown(() => createDeviceHandover(swapped, prepared))).toMatchObject(FORGED);
		},
	);

	it("gets no hand-over made when nothing was checked before", async () => {
		const { answer } = await start();
		const { answer: swapped } = preparedElsewhere();
		expect(thrown(() => createDeviceHandover(swapped))).toMatchObject({ field: "prepared_input" });
		expect(readDeviceHandover(createDeviceHandover(answer))).toBe(answer);
	});

	it("is refused after a reload by what was prepared before, without which no hand-over is made", async () => {
		const { answer, prepared } = preparedElsewhere();
		expect(thrown(() => createDeviceHandover(answer))).toMatchObject({ field: "prepared_input" });
		expect(readDeviceHandover(createDeviceHandover(answer, prepared))).toBe(answer);
		const { sentc } = await startSentc(api);
		expect(sentc.doneRegisterDeviceStart(answer)).toBeUndefined();
		expect(sentc.doneRegisterDeviceStart(answer, prepared)).toBeUndefined();
		const swapped = await swap(answer, "public_key_string");
		expect(thrown(() => sentc.doneRegisterDeviceStart(swapped, prepared))).toMatchObject(FORGED);
		for (const other of ["", "{}", answer, 1 as unknown as string]) {
			expect(thrown(() => createDeviceHandover(answer, other))).toMatchObject({ field: "prepared_input" });
		}
	});

	it("is seen on the two screens, whose fingerprints differ", async () => {
		const { answer, prepared } = await start();
		const digits = deviceFingerprint(prepared);
		expect(digits).toMatch(/^\d{5}( \d{5}){5}$/);
		expect(deviceFingerprint(answer)).toBe(digits);
		expect(deviceFingerprint(createDeviceHandover(answer))).toBe(digits);
		expect(deviceFingerprint(await swap(answer, "public_key_string"))).not.toBe(digits);
		expect(deviceFingerprint(await swap(answer, "device_identifier"))).toBe(digits);
		expect(thrown(() => deviceFingerprint("SENTC1:0"))).toMatchObject({ code: "DEVICE_HANDOVER_INVALID" });
	});

	it("an honest one lets the device in, also when several were prepared meanwhile", async () => {
		const { user } = await signUp(api);
		const { answer, name, prepared, sentc } = await start();
		await sentc.prepareRegisterDeviceStartAsync(freshName(), PASSWORD);
		sentc.doneRegisterDeviceStart(answer);
		await user.registerDevice(createDeviceHandover(answer, prepared));
		expect((await sentc.login(name, PASSWORD, true)).user_data.user_id).toBe(user.user_data.user_id);
	});
});
