import { Clock, gate, type TestApi } from "@sentc-ts/test-world";
import {
	CLIENT_ADDRESS_HEADER,
	deviceRoutes,
	groupRoutes,
	loginRoutes,
	type Route,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { parseAddress } from "@sentc-ts/transport/limits";
import { describe, expect, it } from "vitest";
import { SlowDown } from "../../src/http/limits/slow-down.js";
import { type CallInput, requestOf } from "../support/api.js";
import { loginKeysOf, register } from "../support/client.js";
import { limited, prepare, small, statuses } from "../support/limited.js";

const { CLIENT_ADDRESS_INVALID, TOO_MANY_REQUESTS } = SERVER_ERRORS;
const WRONG_KEY = Buffer.alloc(32).toString("base64");

/** What came of requests: how many were answered with each status. */
function tally(answers: readonly Response[]): Record<number, number> {
	const counts: Record<number, number> = {};
	for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}

function send<R extends Route>(
	server: TestApi,
	address: string | undefined,
	route: R,
	input: CallInput<R>,
	headers: Record<string, string> = {},
): Promise<Response> {
	const request = requestOf(server.app, route, input);
	for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
	return server.api.fetch(request, { address });
}

function guess(server: TestApi, address: string, auth_key = WRONG_KEY): Promise<Response> {
	return send(server, address, loginRoutes.doneLogin, { body: { device_identifier: "alice", auth_key } });
}

describe("an attacker with many addresses", () => {
	it.each([
		["an IPv6 /48 guesses from another /64 each time", (n: number) => `2001:db8:0:${(n * 109).toString(16)}::1`],
		["an IPv4 /24 guesses from all its addresses in turn", (n: number) => `192.0.2.${n % 256}`],
	])("%s: eight clients' budgets are all it has", async (_, addressOf) => {
		const { server } = await limited({ rateLimits: { login: { burst: 30, perSecond: 3 } } });
		const answers: Response[] = [];
		for (let index = 0; index < 600; index++) answers.push(await guess(server, addressOf(index)));
		expect(tally(answers)).toEqual({ 401: 240, 429: 360 });
	});
});

describe("many guesses in flight", () => {
	/** An API whose delays last until the test lets them go, and an account that is under attack. */
	async function underAttack() {
		const delays = gate();
		let waiting = 0;
		const wait = () => {
			waiting++;
			return delays.pass();
		};
		const { server } = await limited({ wait, rateLimits: { freeFailures: 0 } });
		await register(server, "alice");
		const { authKey } = await loginKeysOf(server, "alice");
		return { server, authKey, open: delays.open, waiting: () => waiting };
	}
	const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

	it("from as many networks are bounded: eight run, sixteen wait, the others are 429 with Retry-After", async () => {
		const { server, open, waiting } = await underAttack();
		const attack = Array.from({ length: 100 }, (_, index) => guess(server, `198.51.${index}.1`));
		await settled();
		expect(waiting()).toBe(8);
		open();
		const answers = await Promise.all(attack);
		expect(tally(answers)).toEqual({ 401: 24, 429: 76 });
		const refused = answers.find(({ status }) => status === 429);
		expect(refused?.headers.get("Retry-After")).toBe("4");
	});

	it("from one network don't keep the owner out", async () => {
		const { server, authKey, open } = await underAttack();
		const attack = Array.from({ length: 100 }, (_, index) => guess(server, `2001:db8:0:${index.toString(16)}::1`));
		await settled();
		const owner = guess(server, "192.0.2.1", authKey);
		await settled();
		open();
		const [{ status }] = await Promise.all([owner, ...attack]);
		expect(status).toBe(200);
	});

	/** Attempts on one account, whose delays last until `open`; `order` tells who was served. */
	function attempts() {
		let delays = gate();
		const { now } = Clock.standing();
		const subjects = new SlowDown({ freeFailures: 0, longestDelay: 1, now, wait: () => delays.pass() });
		const order: string[] = [];
		const attempt = async (text: string, who: string) => {
			const address = parseAddress(text);
			const outcome = subjects.attempt("alice", { address, completes: who === "owner" }, async () => order.push(who));
			await outcome.catch(() => order.push(`${who} refused`));
		};
		const close = () => {
			delays = gate();
		};
		return { attempt, close, open: () => delays.open(), served: () => order.filter((who) => who !== "attack refused") };
	}

	it("from one network are served after who has tried less", async () => {
		const { attempt, open, served } = attempts();
		const attack = Array.from({ length: 100 }, (_, index) => attempt(`2001:db8:0:${index.toString(16)}::1`, "attack"));
		const owner = attempt("192.0.2.1", "owner");
		open();
		await Promise.all([...attack, owner]);
		expect(served().indexOf("owner")).toBe(8);
	});

	it("from a new network each don't keep the owner out of a network of theirs", async () => {
		const { attempt, close, open, served } = attempts();
		const earlier = attempt("192.0.2.1", "owner");
		open();
		await earlier;
		close();
		const attack = Array.from({ length: 100 }, (_, index) => attempt(`198.51.${index}.1`, "attack"));
		const owner = attempt("192.0.2.99", "owner");
		open();
		await Promise.all([...attack, owner]);
		expect(served().slice(1).indexOf("owner")).toBe(8);
	});
});

describe("classes of routes", () => {
	const id = "0190b5e0-0000-7000-8000-000000000000";

	it("let a page open a group of 1,000: 1,000 public keys and 1,000 verify keys", async () => {
		const { server } = await limited();
		const answers: Response[] = [];
		for (let index = 0; index < 1000; index++) {
			const params = { user_id: id, key_id: id };
			answers.push(await send(server, "192.0.2.1", userRoutes.userPublicKey, { params }));
			answers.push(await send(server, "192.0.2.1", userRoutes.userVerifyKey, { params }));
		}
		expect(tally(answers)[429]).toBeUndefined();
		expect(await statuses(server, "192.0.2.1", 1)).toEqual([200]);
	});

	it.each([
		["registrations", {}, userRoutes.register, { body: "{" }],
		["starts of a device", {}, deviceRoutes.prepareRegisterDevice, { body: "{" }],
		["public keys", { read: { burst: 150, perSecond: 1 } }, groupRoutes.groupPublicKey, { params: { group_id: id } }],
	] as const)("bound anonymous %s of one address, and leave its logins alone", async (_, rateLimits, route, input) => {
		const { server } = await limited({ rateLimits });
		const answers: Response[] = [];
		for (let index = 0; index < 200; index++) answers.push(await send(server, "192.0.2.1", route, input));
		expect(tally(answers)[429]).toBe(50);
		expect(await statuses(server, "192.0.2.1", 1)).toEqual([200]);
	});
});

describe("an own backend", () => {
	const named = (server: TestApi, address: string, token = server.app.secretToken) =>
		send(server, "10.0.0.1", loginRoutes.prepareLogin, { ...prepare, token }, { [CLIENT_ADDRESS_HEADER]: address });

	it("that anonymous clients flood through is limited for the address it names, and for no other", async () => {
		const { server } = await limited(small);
		const answers = [];
		for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.1", "[2001:db8::1]:80"]) {
			answers.push((await named(server, address)).status);
		}
		expect(answers).toEqual([200, 200, 429, 200]);
		expect(await statuses(server, "192.0.2.1", 1)).toEqual([429]);
	});

	it("is refused when what it names is no address, instead of being exempt", async () => {
		const { server } = await limited(small);
		for (const wrong of ["", "unknown", "192.0.2.1, 192.0.2.2", "192.0.2.300"]) {
			const answer = await named(server, wrong);
			expect([answer.status, (await answer.json()).err_code]).toEqual([400, CLIENT_ADDRESS_INVALID.code]);
		}
	});

	it("is nobody with the public token: a page that names addresses stays one client", async () => {
		const { server } = await limited(small);
		const answers = [];
		for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3", "junk"]) {
			answers.push((await named(server, address, server.app.publicToken)).status);
		}
		expect(answers).toEqual([200, 200, TOO_MANY_REQUESTS.http, TOO_MANY_REQUESTS.http]);
	});
});

describe("a proxy that was not named", () => {
	it.each(["X-Forwarded-For", "Forwarded", "X-Real-IP"])("is told once, with the option, by %s", async (header) => {
		const { server, warnings } = await limited();
		await statuses(server, "127.0.0.1", 3, { [header]: "192.0.2.1" });
		await statuses(server, "::ffff:10.0.0.7", 1, { [header]: "192.0.2.1" });
		expect(warnings).toEqual([expect.stringMatching(/^127\.0\.0\.1 .*--trusted-proxy 127\.0\.0\.1/)]);
	});

	it("is no client of the Internet that claims something, and no proxy that was named", async () => {
		const { server, warnings } = await limited({ trustedProxies: ["127.0.0.1"] });
		for (const peer of ["127.0.0.1", "203.0.113.1", "2001:db8::1"]) {
			await statuses(server, peer, 1, { "X-Forwarded-For": "192.0.2.1" });
		}
		await statuses(server, "10.0.0.1", 1);
		expect(warnings).toEqual([]);
	});
});
