import { request as send } from "node:http";
import type { TestApi } from "@sentc-ts/test-world";
import { accountRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ApiConfig, listen } from "../../src/index.js";
import {
	type CallInput,
	call,
	expectRefusal,
	readAnswer,
	requestOf,
	startApi,
	temporaryFolder,
} from "../support/api.js";
import { ready, refusal, start } from "../support/cli.js";
import { crypto, login, openChallenge, register, registerBody } from "../support/client.js";

const { TOO_MANY_REQUESTS, LOGIN_REFUSED, LOGIN_USER_NOT_FOUND } = SERVER_ERRORS;
const WRONG_KEY = Buffer.alloc(32).toString("base64");
const prepare = { body: { user_identifier: "alice" } };

/** An API with limits, whose delays are written down instead of waited for. */
async function limited(config: Partial<ApiConfig> = {}) {
	const delays: number[] = [];
	const wait = async (ms: number) => void delays.push(ms);
	const server = await startApi(undefined, undefined, { wait, ...config });
	return { server, delays };
}

function from(
	server: TestApi,
	address: string | undefined,
	input: CallInput<typeof userRoutes.prepareLogin> = prepare,
) {
	return server.api.fetch(requestOf(server.app, userRoutes.prepareLogin, input), { address });
}

/** The statuses of so many requests of one address. */
async function statuses(server: TestApi, address: string | undefined, count: number, headers: HeadersInit = {}) {
	const answers: number[] = [];
	for (let index = 0; index < count; index++) {
		const request = requestOf(server.app, userRoutes.prepareLogin, prepare);
		for (const [name, value] of new Headers(headers)) request.headers.set(name, value);
		answers.push((await server.api.fetch(request, { address })).status);
	}
	return answers;
}

const small = { rateLimits: { addressBurst: 2, addressPerSecond: 0.5 } } as const;

describe("an address", () => {
	it("may send a burst, then has to wait as long as the answer says", async () => {
		const { server } = await limited(small);
		expect(await statuses(server, "192.0.2.1", 2)).toEqual([200, 200]);
		const refused = await from(server, "192.0.2.1");
		expect(refused.headers.get("Retry-After")).toBe("2");
		expect(refused.headers.get("Access-Control-Expose-Headers")).toBe("Retry-After");
		await expectRefusal(await readAnswer(refused, userRoutes.prepareLogin), TOO_MANY_REQUESTS);
		server.clock.advance(1000);
		expect((await from(server, "192.0.2.1")).headers.get("Retry-After")).toBe("1");
		server.clock.advance(1000);
		expect(await statuses(server, "192.0.2.1", 2)).toEqual([200, 429]);
		server.clock.advance(3_600_000);
		expect(await statuses(server, "192.0.2.1", 3)).toEqual([200, 200, 429]);
	});

	it("is limited by default, beyond what an office needs in the morning", async () => {
		const { server } = await limited();
		const answers = await statuses(server, "192.0.2.1", 301);
		expect(answers.indexOf(429)).toBe(300);
	});

	it("does not use up what others have", async () => {
		const { server } = await limited(small);
		expect(await statuses(server, "192.0.2.1", 3)).toEqual([200, 200, 429]);
		expect(await statuses(server, "192.0.2.2", 3)).toEqual([200, 200, 429]);
	});

	it.each([
		["2001:db8::1", "2001:db8:0:0:ffff::2", "2001:db8:0:1::1"],
		["2001:db8:1:2::", "2001:0DB8:1:2:3:4:5:6", "2001:db8:1:3::"],
		["2001:db8::1:0:0:0:1", "2001:db8:0:1::1", "2001:db8:0:2::1"],
		["2001:0:0:1:a:b:c:d", "2001:0:0:1::", "2001:0:0:2:a:b:c:d"],
		["::1:a:b:c:d", "0:0:0:1::", "::2:a:b:c:d"],
		["fe80::1%eth0", "fe80::2%eth1", "fe80:0:0:1::"],
		["::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2"],
	])("of IPv6 is its network of 64 bits: %s", async (one, same, other) => {
		const { server } = await limited(small);
		expect(await statuses(server, one, 2)).toEqual([200, 200]);
		expect(await statuses(server, same, 1)).toEqual([429]);
		expect(await statuses(server, other, 1)).toEqual([200]);
	});

	it("is not limited for an own backend, nor on other routes, nor when nobody says where a request is from", async () => {
		const { server } = await limited(small);
		const { secretToken: token } = server.app;
		for (let index = 0; index < 4; index++) {
			expect((await from(server, "192.0.2.1", { ...prepare, token })).status).toBe(200);
			const exists = requestOf(server.app, userRoutes.exists, prepare);
			expect((await server.api.fetch(exists, { address: "192.0.2.1" })).status).toBe(200);
		}
		expect(await statuses(server, undefined, 3)).toEqual([200, 200, 200]);
		expect(await statuses(server, "192.0.2.1", 3)).toEqual([200, 200, 429]);
	});

	it("is not limited when limits are off", async () => {
		const { server } = await limited({ rateLimits: false });
		expect(new Set(await statuses(server, "192.0.2.1", 400))).toEqual(new Set([200]));
	});

	it.each([
		["doneLogin", userRoutes.doneLogin],
		["validateMfa", userRoutes.validateMfa],
		["validateRecoveryKey", userRoutes.validateRecoveryKey],
		["verifyLogin", userRoutes.verifyLogin],
		["changePassword", accountRoutes.changePassword],
	] as const)("is counted on %s, whatever it sends", async (_, route) => {
		const { server } = await limited(small);
		const answers: number[] = [];
		for (let index = 0; index < 3; index++) {
			const request = requestOf(server.app, route, { body: "{" });
			answers.push((await server.api.fetch(request, { address: "192.0.2.1" })).status);
		}
		expect(answers.map((status) => status === 429)).toEqual([false, false, true]);
	});

	it("is that of the socket when the API listens", async () => {
		const { server } = await limited(small);
		const listening = await listen(server.api, { port: 0 });
		onTestFinished(() => listening.close());
		const post = (localAddress: string) =>
			new Promise<number | undefined>((resolve, reject) => {
				const headers = { "x-sentc-app-token": server.app.publicToken, "X-Forwarded-For": `${Math.random()}` };
				const url = `${listening.url}/api/v1/prepare_login`;
				const request = send(url, { method: "POST", localAddress, headers, agent: false }, (response) => {
					response.resume();
					resolve(response.statusCode);
				});
				request.on("error", reject);
				request.end(JSON.stringify(prepare.body));
			});
		expect([await post("127.0.0.1"), await post("127.0.0.1"), await post("127.0.0.1")]).toEqual([200, 200, 429]);
		expect(await post("127.0.0.2")).toBe(200);
	});
});

describe("X-Forwarded-For", () => {
	const forwarded = (value: string) => ({ "X-Forwarded-For": value });

	it("is ignored unless a proxy is trusted", async () => {
		const { server } = await limited(small);
		const answers = [];
		for (const claim of ["198.51.100.1", "198.51.100.2", "198.51.100.3"]) {
			answers.push(...(await statuses(server, "192.0.2.1", 1, forwarded(claim))));
		}
		expect(answers).toEqual([200, 200, 429]);
	});

	it("of a trusted proxy names the client; what the client claims itself does not count", async () => {
		const { server } = await limited({ ...small, trustedProxies: ["10.0.0.0/8", "2001:db8:ffff::/48"] });
		const send = (claims: string, peer = "10.1.2.3") => statuses(server, peer, 1, forwarded(claims));
		expect(await send("198.51.100.1")).toEqual([200]);
		expect(await send("203.0.113.9, 198.51.100.1")).toEqual([200]);
		expect(await send("198.51.100.2, 198.51.100.1, 10.9.9.9")).toEqual([429]);
		expect(await send("[::ffff:198.51.100.1]:4711", "2001:db8:ffff::1")).toEqual([429]);
		expect(await send("198.51.100.1:80", "::ffff:10.0.0.1")).toEqual([429]);
		expect(await send("198.51.100.2")).toEqual([200]);
		expect(await statuses(server, "198.51.100.3", 3, forwarded("198.51.100.4"))).toEqual([200, 200, 429]);
	});

	it("that says nothing leaves the address of the proxy", async () => {
		const { server } = await limited({ ...small, trustedProxies: ["10.0.0.1"] });
		const answers = [];
		for (const claim of ["unknown", "", "10.0.0.1", "198.51.100.1, junk"]) {
			answers.push(...(await statuses(server, "10.0.0.1", 1, forwarded(claim))));
		}
		expect(answers).toEqual([200, 200, 429, 429]);
	});
});

describe("an identifier", () => {
	const tryKey = (server: TestApi, identifier: string, authKey = WRONG_KEY) => {
		const body = { device_identifier: identifier, auth_key: authKey };
		return call(server, userRoutes.doneLogin, { body });
	};

	it.each([
		["known", LOGIN_REFUSED],
		["unknown", LOGIN_USER_NOT_FOUND],
	])("that is %s delays attempts more and more, up to a limit, and never refuses them", async (identifier, error) => {
		const { server, delays } = await limited();
		await register(server, "known");
		for (let attempt = 0; attempt < 20; attempt++) await expectRefusal(tryKey(server, identifier), error);
		expect(delays).toEqual([250, 500, 1000, 2000, ...Array(11).fill(4000)]);
	});

	it("lets its owner in, whatever others try; the login ends the delays", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		for (let attempt = 0; attempt < 1000; attempt++) await expectRefusal(tryKey(server, "alice"), LOGIN_REFUSED);
		delays.length = 0;
		await login(server, "alice");
		expect(delays).toEqual([4000, 4000]);
		await login(server, "alice");
		await expectRefusal(tryKey(server, "alice"), LOGIN_REFUSED);
		expect(delays).toHaveLength(2);
	});

	it("is not cleared by the first half of a login", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		for (let attempt = 0; attempt < 5; attempt++) await tryKey(server, "alice");
		await openChallenge(server, "alice");
		await tryKey(server, "alice");
		expect(delays).toEqual([250, 250]);
	});

	it("delays wrong answers to a challenge, too, and nobody else", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		await register(server, "bob");
		const { proof } = await openChallenge(server, "alice");
		const verify = async () => {
			const body = { ...proof, challenge: "wrong" };
			await expectRefusal(call(server, userRoutes.verifyLogin, { body }), LOGIN_REFUSED);
		};
		for (let attempt = 0; attempt < 6; attempt++) await verify();
		expect(delays).toEqual([250]);
		await login(server, "bob");
		expect(delays).toEqual([250]);
	});

	it("delays many attempts at once, too", async () => {
		const { server, delays } = await limited();
		await Promise.all(Array.from({ length: 10 }, () => tryKey(server, "alice")));
		expect(delays.sort((a, b) => a - b)).toEqual([250, 500, 1000, 2000, 4000]);
	});

	it("delays an own backend, too", async () => {
		const { server, delays } = await limited();
		const body = { device_identifier: "alice", auth_key: WRONG_KEY };
		for (let attempt = 0; attempt < 6; attempt++) {
			await call(server, userRoutes.doneLogin, { body, token: server.app.secretToken });
		}
		expect(delays).toEqual([250]);
	});

	it("is forgotten after a quarter of an hour", async () => {
		const { server, delays } = await limited();
		for (let attempt = 0; attempt < 6; attempt++) await tryKey(server, "alice");
		server.clock.advance(15 * 60_000 + 1);
		for (let attempt = 0; attempt < 5; attempt++) await tryKey(server, "alice");
		expect(delays).toEqual([250]);
	});

	it("delays nothing when limits are off", async () => {
		const { server, delays } = await limited({ rateLimits: false });
		for (let attempt = 0; attempt < 20; attempt++) await tryKey(server, "alice");
		expect(delays).toEqual([]);
	});

	it("also delays guesses of the old password at a change of it, until one is right", async () => {
		const { server, delays } = await limited();
		await register(server, "alice");
		const { jwt } = await login(server, "alice");
		const { auth_key: authKey } = (await openChallenge(server, "alice")).proof;
		const { derived, master_key } = registerBody("alice").device;
		const change = (oldAuthKey: string) => {
			const body = {
				new_derived_alg: derived.derived_alg,
				new_client_random_value: derived.client_random_value,
				new_hashed_authentication_key: derived.hashed_authentication_key,
				new_encrypted_master_key: master_key.encrypted_master_key,
				new_encrypted_master_key_alg: master_key.encrypted_master_key_alg,
				old_auth_key: oldAuthKey,
			};
			return call(server, accountRoutes.changePassword, { jwt, body });
		};
		for (let attempt = 0; attempt < 6; attempt++) await expectRefusal(change(WRONG_KEY), LOGIN_REFUSED);
		expect(await change(authKey)).toMatchObject({ ok: true });
		expect(await change(authKey)).toMatchObject({ ok: true });
		expect(delays).toEqual([250, 500]);
	});
});

describe("the configuration of limits", () => {
	it.each([
		{ rateLimits: { addressBurst: 0 } },
		{ rateLimits: { addressPerSecond: 0 } },
		{ rateLimits: { addressBurst: Number.NaN } },
		{ rateLimits: { freeFailures: -1 } },
		{ rateLimits: { longestDelay: 2 ** 31 } },
		{ rateLimits: { longestDelay: "1" as unknown as number } },
		{ trustedProxies: ["proxy.example"] },
		{ trustedProxies: ["10.0.0.0/33"] },
		{ trustedProxies: ["::/129"] },
		{ trustedProxies: [""] },
	])("is checked: %j", async (config) => {
		await expect(limited(config)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
	});

	it("takes none", async () => {
		const { server, delays } = await limited({ rateLimits: { longestDelay: 0 } });
		const body = { device_identifier: "alice", auth_key: crypto.generateRegisterData({}).password };
		for (let attempt = 0; attempt < 9; attempt++) {
			await call(server, userRoutes.doneLogin, { body });
		}
		expect(delays).toEqual([]);
	});
});

describe("the command line", () => {
	async function serve(args: string[], env: Record<string, string> = {}) {
		const line = await ready(start(temporaryFolder(), ["serve", "--port", "0", ...args], env));
		const answers = async (claims: readonly string[]) => {
			const codes: number[] = [];
			for (const claim of claims) {
				const headers = { "x-sentc-app-token": line["public_token"] ?? "", "X-Forwarded-For": claim };
				const body = JSON.stringify(prepare.body);
				codes.push((await fetch(`${line["url"]}/api/v1/prepare_login`, { method: "POST", headers, body })).status);
			}
			return codes;
		};
		return answers;
	}

	it("sets them", async () => {
		const answers = await serve(["--rate-limit-burst", "2", "--rate-limit-per-second", "0.001"]);
		expect(await answers(["192.0.2.1", "192.0.2.2", "192.0.2.3"])).toEqual([200, 200, 429]);
	});

	it("names the proxies", async () => {
		const proxies = { SENTC_TRUSTED_PROXIES: "10.0.0.0/8, 127.0.0.1", SENTC_RATE_LIMIT_PER_SECOND: "0.001" };
		const answers = await serve(["--rate-limit-burst", "1"], proxies);
		expect(await answers(["192.0.2.1", "192.0.2.2", "192.0.2.2, 10.1.1.1"])).toEqual([200, 200, 429]);
	});

	it("turns them off", async () => {
		const answers = await serve(["--no-rate-limits", "--rate-limit-burst", "1"]);
		expect(await answers(["", "", ""])).toEqual([200, 200, 200]);
	});

	it.each([
		["--rate-limit-burst", "many"],
		["--rate-limit-burst", "0"],
		["--rate-limit-per-second", "-1"],
		["--trusted-proxy", "nowhere"],
	])("refuses %s %s", async (option, value) => {
		await refusal(temporaryFolder(), ["serve", "--port", "0", `${option}=${value}`]);
	});
});
