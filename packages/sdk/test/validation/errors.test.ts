import { freshName, newUser, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import {
	AnswerForged,
	ApiError,
	CryptoError,
	createSentc,
	DeviceHandoverInvalid,
	EnvelopeError,
	InvalidInput,
	isSentcError,
	JwtError,
	KeyChanged,
	KeyNotFound,
	KeyRotationUnfinished,
	KeysUnusable,
	MfaRequired,
	NoActualUser,
	NoPermission,
	NotInitialised,
	RefreshFailed,
	RequestError,
	RotationPending,
	SentcError,
	SessionEnded,
	StorageFailed,
	WorkerError,
} from "../../src/index.js";

const api = await startApi();
afterAll(() => api.close());

describe("every error", () => {
	const errors: [string, SentcError, string][] = [
		["AnswerForged", new AnswerForged("key", "text"), "client_answer_forged"],
		["ApiError", new ApiError(101, 'say "hi"'), "server_101"],
		["CryptoError", new CryptoError("DECRYPTION_FAILED"), "client_14"],
		["DeviceHandoverInvalid", new DeviceHandoverInvalid(), "client_device_handover"],
		["EnvelopeError", new EnvelopeError("ENVELOPE_MALFORMED", "text"), "client_101"],
		["InvalidInput", new InvalidInput("field", "must be"), "client_invalid_input"],
		["JwtError", new JwtError("JWT_UNREADABLE", "text"), "client_1100"],
		["KeyChanged", new KeyChanged("KEY_CHANGED", "user", "old", "new"), "client_key_changed"],
		["KeyNotFound", new KeyNotFound(), "client_key_not_found"],
		[
			"KeyRotationUnfinished",
			new KeyRotationUnfinished([{ key_id: "id", error: new CryptoError("KEY_ROTATION_FAILED") }]),
			"client_204",
		],
		["KeysUnusable", new KeysUnusable([{ key_id: "id", error: new CryptoError("DECRYPTION_FAILED") }]), "client_14"],
		["MfaRequired", new MfaRequired(), "client_10000"],
		["NoActualUser", new NoActualUser(), "client_no_actual_user"],
		["NoPermission", new NoPermission(), "client_201"],
		["NotInitialised", new NotInitialised("login"), "client_not_initialised"],
		["RefreshFailed", new RefreshFailed("text"), "client_refresh_failed"],
		["RequestError", new RequestError("REQUEST_FAILED", "text"), "client_1000"],
		["RotationPending", new RotationPending([{ group_id: "id", error: new NoPermission() }]), "client_201"],
		["SessionEnded", new SessionEnded("text"), "client_session_ended"],
		["StorageFailed", new StorageFailed(new Error("full")), "client_storage"],
		["WorkerError", new WorkerError("WORKER_CRASHED", "text"), "client_worker"],
	];

	it.each(errors)("%s is a SentcError whose text is the JSON of the reference client", (name, error, status) => {
		expect(error).toBeInstanceOf(SentcError);
		expect(error).toBeInstanceOf(Error);
		expect(isSentcError(error)).toBe(true);
		expect(error.name).toBe(name);
		expect(error.code).toMatch(/^[A-Z_]+$/);
		expect(String(error)).toMatch(/^{"status": "[^"]+", "error_message": ".+"}$/);
		expect(JSON.parse(String(error))).toEqual({ status, error_message: error.errorMessage });
		expect(error.error_message).toBe(error.errorMessage);
	});
});

describe("what goes wrong", () => {
	it("a taken identifier", async () => {
		const { sentc } = await startSentc(api);
		const name = freshName();
		await sentc.register(name, PASSWORD);
		await expect(sentc.register(name, PASSWORD)).rejects.toMatchObject({ code: "IDENTIFIER_EXISTS" });
		await expect(sentc.registerDeviceStart(name, PASSWORD)).rejects.toMatchObject({ status: "server_101" });
	});

	it("a wrong password and an unknown identifier", async () => {
		const { sentc } = await startSentc(api);
		const name = freshName();
		await sentc.register(name, PASSWORD);
		await expect(sentc.login(name, "wrong")).rejects.toMatchObject({ status: "server_112" });
		await expect(sentc.login(freshName(), PASSWORD)).rejects.toMatchObject({ status: "server_100" });
		await expect(sentc.getActualUser()).rejects.toBeInstanceOf(NoActualUser);
	});

	it("a token the API does not know", async () => {
		const { sentc } = await startSentc(api, { app_token: "AAAA" });
		await expect(sentc.register("name", PASSWORD)).rejects.toMatchObject({ status: "server_200" });
	});

	it("no API at the other end", async () => {
		const { sentc } = await startSentc(api, { base_url: "http://127.0.0.1:9" });
		const error = await rejection(sentc.login("name", PASSWORD));
		expect(error).toBeInstanceOf(RequestError);
		expect(error).toMatchObject({ status: "client_1000" });
	});

	it("an answer that is not the API's", async () => {
		const { sentc } = await startSentc(api, { fetch: async () => new Response("<html>", { status: 502 }) });
		expect(await rejection(sentc.login("name", PASSWORD))).toBeInstanceOf(EnvelopeError);
	});

	it("a second factor", async () => {
		const { sentc } = await startSentc(api, {
			fetch: async (input, init) => {
				const request = new Request(input, init);
				if (!request.url.endsWith("/done_login")) return fetch(request);
				return Response.json({ status: true, result: "Otp" });
			},
		});
		const name = freshName();
		await sentc.register(name, PASSWORD);
		expect(await sentc.login(name, PASSWORD)).toEqual({
			kind: "mfa",
			u: {
				deviceIdentifier: name,
				mfa_master_key: expect.stringMatching(/^{"Argon2":"[\w+/]{43}="}$/),
				mfa_auth_key: expect.stringMatching(/^[\w+/]{43}=$/),
			},
		});
		await expect(sentc.login(name, PASSWORD, true)).rejects.toBeInstanceOf(MfaRequired);
	});

	it("a login answer without user keys", async () => {
		const { sentc } = await startSentc(api, {
			fetch: async (input, init) => {
				const request = new Request(input, init);
				const response = await fetch(request);
				if (!request.url.endsWith("/verify_login")) return response;
				const { result } = await response.json();
				return Response.json({ status: true, result: { ...result, user_keys: [] } });
			},
		});
		await expect(newUser(sentc)).rejects.toMatchObject({ code: "ENVELOPE_INCOMPLETE" });
	});

	it("a group that the API says is reached through a parent that it has not", async () => {
		const { sentc } = await startSentc(api, {
			fetch: async (input, init) => {
				const request = new Request(input, init);
				const response = await fetch(request);
				if (request.method !== "GET" || !/\/group\/[\w-]+$/.test(request.url)) return response;
				const { result } = await response.json();
				return Response.json({ status: true, result: { ...result, access_by: { Parent: "another group" } } });
			},
		});
		const user = await newUser(sentc);
		await expect(user.getGroup(await user.createGroup())).rejects.toBeInstanceOf(AnswerForged);
	});

	it("changed ciphertext", async () => {
		const { user } = await signUp(api);
		const group = await user.getGroup(await user.createGroup());
		const data = group.encryptSync(Uint8Array.of(1, 2, 3));
		data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
		await expect(group.decrypt(data)).rejects.toBeInstanceOf(CryptoError);
		expect(() => group.decryptSync(data)).toThrow(expect.objectContaining({ code: "DECRYPTION_FAILED" }));
	});

	it("a storage that fails", async () => {
		const refuse = async (): Promise<never> => {
			throw new Error("quota");
		};
		const { sentc } = await startSentc(api);
		const { storage } = await startSentc(api);
		const failing = createSentc({
			base_url: api.base_url,
			app_token: api.app_token,
			storage: { getStorage: async () => Object.assign(storage, { set: refuse }) },
			worker: false,
		});
		await failing.init();
		const name = freshName();
		await sentc.register(name, PASSWORD);
		await expect(failing.login(name, PASSWORD)).rejects.toBeInstanceOf(StorageFailed);
	});
});
