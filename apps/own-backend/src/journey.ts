import { randomUUID } from "node:crypto";
import { createSentc, deviceFingerprint } from "@sentc-ts/sdk";

/** Where the journey finds its servers. */
export interface JourneyOptions {
	/** Origin of the API. */
	apiUrl: string;
	/** Origin of the own backend. */
	backendUrl: string;
	/** Public token of the app, base64. */
	publicToken: string;
	/** Gets one line per step. */
	log: (line: string) => void;
}

/**
 * Walks the seed page once as a person's client would: every *prepare* runs here, every forwarding with the secret token
 * in the own backend, every *done* here again.
 *
 * @throws whatever step fails, with its name in the message
 */
export async function walkJourney({ apiUrl, backendUrl, publicToken, log }: JourneyOptions): Promise<void> {
	const step = stepper(log);
	const send = (method: string, path: string, body?: string, jwt?: string) =>
		sendToOwnBackend(`${backendUrl}${path}`, method, body, jwt);
	const identifier = `ada-${randomUUID()}`;
	const password = "correct horse battery staple";
	const profile = { email: "ada@example.com", full_name: "Ada Lovelace" };
	const sentc = createSentc();

	const registration = await step("prepare the registration in the client", () =>
		sentc.prepareRegister(identifier, password),
	);
	const answer = await step("own backend → API with the secret token", () =>
		send("POST", "/register", JSON.stringify({ input: registration, ...profile })),
	);
	const userId = await step("check the answer in the client", () => sentc.doneRegister(answer));
	await step("init the SDK with the public token", () => sentc.init({ base_url: apiUrl, app_token: publicToken }));
	const user = await step("log in: the password never leaves the client", () =>
		sentc.login(identifier, password, true),
	);
	expect(user.user_data.user_id === userId, "the login is the registered user");
	const me = await step("own backend checks the JWT and answers what it stored", async () =>
		send("GET", "/me", undefined, await user.getJwt()),
	);
	expect(me.includes(profile.email), "the own backend stored the e-mail");

	const device = `${identifier}-phone`;
	const asking = sentc.prepareRegisterDeviceStart(device, password);
	const waiting = await step("prepare a second device, own backend → API", () => send("POST", "/device", asking));
	sentc.doneRegisterDeviceStart(waiting, asking);
	expect(deviceFingerprint(waiting) === deviceFingerprint(asking), "both devices show the same digits");
	await step("accept the device from the logged-in one", () => user.registerDevice(waiting));

	const newGroup = user.prepareGroupCreate(true);
	const created = await step("prepare a signed group, own backend → API with the user's JWT", async () =>
		send("POST", "/group", newGroup, await user.getJwt()),
	);
	const groupId = user.doneGroupCreate(created, newGroup);
	const group = await step("fetch the group, open and verify its keys", () => user.getGroup(groupId, undefined, 2));

	const secret = "Only the members of the group can read this.";
	const encrypted = await step("encrypt and sign in the group", () => group.encryptString(secret, true));
	const phone = createSentc();
	await phone.init({ base_url: apiUrl, app_token: publicToken });
	const onPhone = await step("log in on the second device", () => phone.login(device, password, true));
	const decrypted = await step("decrypt and verify on the second device", async () =>
		(await onPhone.getGroup(groupId, undefined, 2)).decryptString(encrypted, true, userId),
	);
	expect(decrypted === secret, "the text came back");

	const { jwt, refresh_token } = user.user_data;
	const newJwt = await step("refresh the JWT", () => sentc.refreshJwt(jwt, refresh_token));
	expect(newJwt !== jwt, "the JWT is a new one");
	await step("delete the group through the own backend", async () =>
		send("DELETE", `/group/${groupId}`, undefined, await user.getJwt()),
	);
	await step("log out", () => user.logOut());
}

type Step = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;

function stepper(log: (line: string) => void): Step {
	let count = 0;
	return async (name, run) => {
		count += 1;
		const started = performance.now();
		try {
			const value = await run();
			log(
				`${String(count).padStart(2)}. ${name.padEnd(62)} ${(performance.now() - started).toFixed(0).padStart(5)} ms`,
			);
			return value;
		} catch (cause) {
			throw new Error(`Step ${count} failed: ${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
		}
	};
}

async function sendToOwnBackend(url: string, method: string, body?: string, jwt?: string): Promise<string> {
	const response = await fetch(url, {
		method,
		...(body !== undefined && { body }),
		...(jwt !== undefined && { headers: { Authorization: `Bearer ${jwt}` } }),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`the own backend answered ${response.status}: ${text}`);
	return text;
}

function expect(holds: boolean, what: string): void {
	if (!holds) throw new Error(`The journey expected that ${what}`);
}
