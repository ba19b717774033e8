import { randomUUID } from "node:crypto";
import { createSentc, deviceFingerprint, type Group, isSentcError, type User } from "@sentc-ts/sdk";
import { type Step, stepper } from "./journey/step.js";

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

const PASSWORD = "correct horse battery staple";

/** What all parts of the journey need. */
interface Way extends JourneyOptions {
	step: Step;
}

/**
 * Walks the seed page once as a person's client would: every *prepare* runs here, every forwarding with the secret token
 * in the own backend, every *done* here again. Then a second person joins, reads a note, and is removed.
 *
 * @throws whatever step fails, with its name in the message
 */
export async function walkJourney(options: JourneyOptions): Promise<void> {
	const way = { ...options, step: stepper(options.log) };
	const { step } = way;
	const ada = await register(way, "ada", "Ada Lovelace");
	const { user, name } = ada;
	const onPhone = await addDevice(way, user, `${name}-phone`);

	const groupId = await createGroup(way, user);
	const group = await step("fetch the group, open and verify its keys", () => user.getGroup(groupId, undefined, 2));
	const secret = "Only the members of the group can read this.";
	const encrypted = await step("encrypt and sign in the group", () => group.encryptString(secret, true));
	const decrypted = await step("decrypt and verify on the second device", async () =>
		(await onPhone.getGroup(groupId, undefined, 2)).decryptString(encrypted, true, user.user_data.user_id),
	);
	expect(decrypted === secret, "the text came back");

	await shareWithGrace(way, user, group);

	const { jwt, refresh_token } = user.user_data;
	const newJwt = await step("refresh the JWT", () => ada.sentc.refreshJwt(jwt, refresh_token));
	expect(newJwt !== jwt, "the JWT is a new one");
	await step("delete the group through the own backend", async () =>
		send(way, "DELETE", `/group/${groupId}`, undefined, await user.getJwt()),
	);
	await step("log out", () => user.logOut());
}

interface Person {
	sentc: ReturnType<typeof createSentc>;
	user: User;
	/** As which the first device logs in. */
	name: string;
}

/** @param colleagues whose signatures below group keys count, besides those of people who are known already */
async function register(way: Way, first: string, full_name: string, colleagues: string[] = []): Promise<Person> {
	const { step } = way;
	const name = `${first}-${randomUUID()}`;
	const sentc = createSentc({ signers: ({ known, user_id }) => known || colleagues.includes(user_id) });
	const registration = await step(`${first}: prepare the registration in the client`, () =>
		sentc.prepareRegister(name, PASSWORD),
	);
	const profile = { email: `${first}@example.com`, full_name };
	const answer = await step("own backend → API with the secret token", () =>
		send(way, "POST", "/register", JSON.stringify({ input: registration, ...profile })),
	);
	const userId = await step("check the answer in the client", () => sentc.doneRegister(answer));
	await step("init the SDK with the public token", () => sentc.init(initOptions(way)));
	const user = await step("log in: the password never leaves the client", () => sentc.login(name, PASSWORD, true));
	expect(user.user_data.user_id === userId, "the login is the registered user");
	const me = await step("own backend checks the JWT and answers what it stored", async () =>
		send(way, "GET", "/me", undefined, await user.getJwt()),
	);
	expect(me.includes(profile.email), "the own backend stored the e-mail");
	return { sentc, user, name };
}

async function addDevice(way: Way, user: User, device: string): Promise<User> {
	const { step } = way;
	const phone = createSentc();
	await phone.init(initOptions(way));
	const asking = phone.prepareRegisterDeviceStart(device, PASSWORD);
	const waiting = await step("prepare a second device, own backend → API", () => send(way, "POST", "/device", asking));
	phone.doneRegisterDeviceStart(waiting, asking);
	expect(deviceFingerprint(waiting) === deviceFingerprint(asking), "both devices show the same digits");
	await step("accept the device from the logged-in one", () => user.registerDevice(waiting));
	return step("log in on the second device", () => phone.login(device, PASSWORD, true));
}

async function createGroup(way: Way, user: User): Promise<string> {
	const input = user.prepareGroupCreate(true);
	const answer = await way.step("prepare a signed group, own backend → API with the user's JWT", async () =>
		send(way, "POST", "/group", input, await user.getJwt()),
	);
	return user.doneGroupCreate(answer, input);
}

/** Invite, shared note, removal: what comes after it stays closed to her, even where she gets the ciphertext. */
async function shareWithGrace(way: Way, ada: User, group: Group): Promise<void> {
	const { step } = way;
	const { group_id: groupId } = group.data;
	const adaId = ada.user_data.user_id;
	const { user: grace } = await register(way, "grace", "Grace Hopper", [adaId]);
	const graceId = grace.user_data.user_id;
	await step("ada: invite grace, with every key of the group", () => group.invite(graceId));
	await step("grace: accept", () => grace.acceptGroupInvite(groupId));
	const graces = await step("grace: fetch the group, open and verify its keys", () =>
		grace.getGroup(groupId, undefined, 2),
	);
	await step("ada: write a note; the own backend stores the ciphertext", () => write(way, ada, group, "Welcome!"));
	const [shared] = await step("grace: get the notes from the own backend", () => notesOf(way, grace, groupId));
	const read = await step("grace: decrypt it, and verify ada's signature", () =>
		graces.decryptString(shared?.text ?? "", true, adaId),
	);
	expect(read === "Welcome!", "grace reads the note");

	await step("ada: remove grace, and rotate the key of the group", () => group.kickUser(graceId));
	await step("ada: write the next note", () => write(way, ada, group, "Only for those who are left."));
	await step("grace: the own backend gives her nothing any more", () => refusedBy403(notesOf(way, grace, groupId)));
	const [next] = await notesOf(way, ada, groupId);
	await step("grace: cannot read the next note, had she its ciphertext", () =>
		refused(graces.decryptString(next?.text ?? "", true, adaId)),
	);
	const own = await step("ada: reads it", () => group.decryptString(next?.text ?? "", true, adaId));
	expect(own === "Only for those who are left.", "ada reads her note");
	await step("grace: log out", () => grace.logOut());
}

async function write(way: Way, user: User, group: Group, text: string): Promise<void> {
	const ciphertext = await group.encryptString(text, true);
	await send(way, "POST", `/group/${group.data.group_id}/notes`, ciphertext, await user.getJwt());
}

async function notesOf(way: Way, user: User, groupId: string): Promise<{ text: string }[]> {
	return JSON.parse(await send(way, "GET", `/group/${groupId}/notes`, undefined, await user.getJwt()));
}

/** The key of the text is not among those that she has, and the API gives it to members alone. */
async function refused(work: Promise<unknown>): Promise<void> {
	const error = await work.then(
		() => undefined,
		(cause: unknown) => cause,
	);
	expect(isSentcError(error) && error.code === "NO_GROUP_ACCESS", `the text stays closed, not ${error}`);
}

async function refusedBy403(work: Promise<unknown>): Promise<void> {
	const error = await work.then(() => "", String);
	expect(error.includes("answered 403"), "the own backend refuses");
}

function initOptions({ apiUrl, publicToken }: Way): Parameters<ReturnType<typeof createSentc>["init"]>[0] {
	return { base_url: apiUrl, app_token: publicToken, allow_insecure_http: true };
}

async function send(way: Way, method: string, path: string, body?: string, jwt?: string): Promise<string> {
	const response = await fetch(`${way.backendUrl}${path}`, {
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
