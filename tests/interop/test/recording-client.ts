import { createSentc, MemoryStorage, type SentcClient, type SentcOptions, type User } from "@sentc-ts/sdk";
import { newUser, PASSWORD } from "@sentc-ts/test-world";
import { expect } from "vitest";
import { createRecorder, type RecordedRequest, recorded, shapeLike, shapeOf } from "./recorded.js";
import { nextIdentifier, type World } from "./world.js";

/*
 * What our SDK does not do as the reference client does:
 * - `endSession`: the reference client leaves the session of a log out, and the one that comes with each fresh JWT, open.
 * - After a password reset it logs in again: our API ends the sessions of the device.
 * - `withMember`: it asks for a new refresh token whenever it uses the one that it stores, and for the end of the other sessions
 *   when the password changes, which it does in the session of the login for that. The reference's API takes no notice.
 * - Before it lets a device in, it finishes the rotations that other devices started: the new device would lack their keys.
 * - It hands keys over in pages of 100, so that a server that opens a session for exactly 100 keys gives one; the
 *   reference client sends 50 (hand-over.test.ts).
 */
export const endSession: RecordedRequest = {
	method: "DELETE",
	path: "/api/v1/refresh",
	headers: { "content-type": "application/json", "x-sentc-app-token": "public", authorization: "Bearer jwt" },
	body: JSON.stringify({ refresh_token: "a".repeat(67) }),
};
export const freshJwt = (...names: string[]): RecordedRequest[] => [...recorded(...names), endSession];

/** The request with one member more in its body. */
export function withMember(request: RecordedRequest | undefined, member: Record<string, unknown>): RecordedRequest {
	if (!request?.body) throw new Error("There is no recording of a body");
	return { ...request, body: JSON.stringify({ ...JSON.parse(request.body), ...member }) };
}

interface SignedUp {
	sentc: SentcClient;
	identifier: string;
	user: User;
}

/** Our SDK, whose requests are compared with those of the reference client. */
export interface RecordingClient {
	connect(options?: Partial<SentcOptions>): Promise<SentcClient>;
	signUp(options?: Partial<SentcOptions>): Promise<SignedUp>;
	/** A user whose password leads to the second factor only. */
	signUpWithSecondFactor(): Promise<SignedUp & { otp: { secret: string; recover: string[] } }>;
	/** A further device of the user. */
	addDevice(user: User): Promise<User>;
	/** The call sends what the reference client sends, in its order. */
	expectRequests(call: () => unknown, expected: RecordedRequest[]): Promise<void>;
}

export function recordingClient({ url: base_url, token: app_token }: World): RecordingClient {
	const recorder = createRecorder();
	const connect: RecordingClient["connect"] = async (options = {}) => {
		const storage = new MemoryStorage();
		const sentc = createSentc({ worker: false, storage: { getStorage: async () => storage }, fetch: recorder.fetch });
		await sentc.init({ base_url, app_token, ...options });
		return sentc;
	};
	const signUp: RecordingClient["signUp"] = async (options) => {
		const sentc = await connect(options);
		const identifier = nextIdentifier();
		return { sentc, identifier, user: await newUser(sentc, identifier) };
	};
	return {
		...{ connect, signUp },
		async signUpWithSecondFactor() {
			const signedUp = await signUp();
			return { ...signedUp, otp: await signedUp.user.registerRawOtp(PASSWORD) };
		},
		async addDevice(user) {
			const sentc = await connect();
			const identifier = nextIdentifier();
			await user.registerDevice(String(await sentc.registerDeviceStart(identifier, PASSWORD)));
			return sentc.login(identifier, PASSWORD, true);
		},
		async expectRequests(call, expected) {
			recorder.take();
			await call();
			const sent = recorder.take().map((request, index) => shapeLike(request, expected[index]));
			expect(sent).toEqual(expected.map(shapeOf));
		},
	};
}
