import { newUser, PASSWORD, type ServedApi, startApi } from "@sentc-ts/test-world";
import {
	createSentc,
	type KeyChange,
	MemoryStorage,
	type SentcClient,
	type User,
	type UserData,
} from "../../src/index.js";
import { fetchThrough, routeOf } from "../support/between.js";
import { type Mutation, type Pool, respond } from "./mutate.js";

/** Ids and content that the scenarios need; all of it was made by an honest API. */
export interface World {
	name: string;
	ann: UserData;
	bob: User;
	bobKeyId: string;
	groupId: string;
	/** An own user key and a device that Ann can delete. */
	oldKeyId: string;
	otherDeviceId: string;
	/** For Ann, signed by Bob. */
	letter: string;
	/** Of a new device, to be added by Ann. */
	handover: string;
	/** What is stored for Ann, who knows Bob's keys and has none of them in the cache. */
	items: ReadonlyMap<string, unknown>;
	/** The same before Ann's other device rotated the keys. */
	itemsBefore: ReadonlyMap<string, unknown>;
	api: ServedApi;
}

/** One page of Ann. */
export interface Page {
	sentc: SentcClient;
	storage: MemoryStorage;
	changes: KeyChange[];
	user: User;
	/** The API's answer as an own backend passes it on; an empty text when none came. */
	forward(path: string): Promise<string>;
}

export async function createWorld(): Promise<World> {
	const api = await startApi();
	// The JWTs live as long as the tests.
	api.clock.shift(24 * 60 * 60 * 1000);
	const home = await openPage(api, new Map(), fetch, true);
	const name = "ann";
	const ann = await newUser(home.sentc, name);
	const oldKeyId = ann.user_data.newest_key_id;
	const bob = await newUser((await openPage(api, new Map(), fetch, true)).sentc, "bob");
	const bobId = bob.user_data.user_id;
	const bobKeyId = bob.user_data.newest_key_id;
	await ann.keyRotation();
	await api.runJobs();
	await home.sentc.getUserPublicKey(bobId);
	await home.sentc.getUserVerifyKey(bobId, bobKeyId);
	const groupId = await ann.createGroup(true);

	const phone = await openPage(api, new Map(), fetch, true);
	await ann.registerDevice(String(await phone.sentc.registerDeviceStart("ann's phone", PASSWORD)));
	const onPhone = await phone.sentc.login("ann's phone", PASSWORD, true);
	const spare = await openPage(api, new Map(), fetch, true);
	await ann.registerDevice(String(await spare.sentc.registerDeviceStart("ann's spare phone", PASSWORD)));
	const otherDeviceId = (await spare.sentc.login("ann's spare phone", PASSWORD, true)).user_data.device_id;
	const itemsBefore = await itemsOf(home.storage);
	const letter = await bob.encryptString("from Bob", ann.user_data.user_id, true);
	await onPhone.keyRotation();
	await api.runJobs();
	return {
		api,
		name,
		ann: structuredClone(ann.user_data),
		bob,
		bobKeyId,
		groupId,
		oldKeyId,
		otherDeviceId,
		letter,
		handover: String(await spare.sentc.registerDeviceStart("ann's new phone", PASSWORD)),
		items: await itemsOf(home.storage),
		itemsBefore,
	};
}

/** A page on a copy of what is stored; it asks for public keys every time and uses no changed one. */
export async function openPage(
	{ base_url, app_token }: Pick<ServedApi, "base_url" | "app_token">,
	items: ReadonlyMap<string, unknown>,
	fetch: typeof globalThis.fetch = globalThis.fetch,
	resume = false,
): Promise<Omit<Page, "user">> {
	const storage = new MemoryStorage();
	for (const [key, item] of items) await storage.set(key, item);
	const changes: KeyChange[] = [];
	const sentc = createSentc({
		base_url,
		app_token,
		fetch,
		worker: false,
		public_key_lifetime: 0,
		key_change: "block",
		on_key_change: (change) => changes.push(change),
		storage: { getStorage: async () => storage },
		// Without a request at the start, unless that is what is tested.
		...(!resume && { refresh: { endpoint: 1, endpoint_fn: () => Promise.reject(new Error("not asked")) } as const }),
	});
	await sentc.init();
	const forward = async (path: string): Promise<string> => {
		try {
			return await (await fetch(`${base_url}/api/v1${path}`, { method: "POST" })).text();
		} catch {
			return "";
		}
	};
	return { sentc, storage, changes, forward };
}

async function itemsOf(storage: MemoryStorage): Promise<Map<string, unknown>> {
	const items = new Map<string, unknown>();
	for (const key of await storage.keys()) {
		if (!/^user_verify_key_id_/.test(key)) items.set(key, await storage.getItem(key));
	}
	return items;
}

/** What an API answered to the requests of one call, in order. */
export interface Recording {
	route: string;
	text: string;
}

/** Asks the API and writes down what it answers. */
export function recorder(): { fetch: typeof fetch; recordings: Recording[] } {
	const recordings: Recording[] = [];
	return {
		recordings,
		fetch: fetchThrough(async (request, send) => {
			const response = await send();
			recordings.push({ route: routeOf(request), text: await response.clone().text() });
			return response;
		}),
	};
}

/** An API that answers by hand: what was written down, and one of the answers changed. */
export function hostileApi(
	recordings: readonly Recording[],
	target: number,
	mutation: Mutation | undefined,
	pool: Pool,
): { fetch: typeof fetch; asked: ReadonlyMap<string, number>; lies: () => number } {
	let lies = 0;
	const bodies = new Map<string, string>();
	const targets = [...new Set(recordings.map(({ route }) => route))];
	const hostile = targets[target % targets.length];
	const asked = new Map<string, number>();
	const answer = async (request: Request): Promise<Response> => {
		const route = routeOf(request);
		const same = recordings.filter((recording) => recording.route === route);
		const count = asked.get(route) ?? 0;
		asked.set(route, count + 1);
		const body = await request.text();
		if (/user_keys\/rotation/.test(route) && body) bodies.set(route, body);
		const recorded = same[Math.min(count, same.length - 1)];
		if (!recorded) return Response.json({ status: false, err_msg: "not found", err_code: 404 });
		const honest = echo(route, recorded.text, bodies);
		if (!mutation || route !== hostile) return new Response(honest);
		lies++;
		return respond(honest, mutation, pool);
	};
	return { asked, lies: () => lies, fetch: fetchThrough(answer) };
}

/** The new key comes back as it was sent, and that is another one each time. */
function echo(route: string, text: string, bodies: ReadonlyMap<string, string>): string {
	const sent = [...bodies].at(-1);
	if (!sent || !/^GET .*\/user_keys\/key\//.test(route)) return text;
	const [sentTo, body] = [sent[0], JSON.parse(sent[1])];
	const envelope = JSON.parse(text);
	if (sentTo.startsWith("PUT")) {
		if (!sentTo.endsWith(envelope.result.group_key_id)) return text;
		envelope.result.encrypted_group_key = body.encrypted_new_group_key;
	} else {
		for (const name of Object.keys(envelope.result)) envelope.result[name] = body[name] ?? envelope.result[name];
		envelope.result.encrypted_group_key = body.encrypted_group_key_by_user;
	}
	return JSON.stringify(envelope);
}
