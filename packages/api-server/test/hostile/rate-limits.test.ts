import { request as send } from "node:http";
import { deviceRoutes, loginRoutes, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../src/index.js";
import { expectRefusal, readAnswer, requestOf } from "../support/api.js";
import { from, limited, prepare, small, statuses } from "../support/limited.js";

const { TOO_MANY_REQUESTS } = SERVER_ERRORS;

describe("an address", () => {
	it("may send a burst, then has to wait as long as the answer says", async () => {
		const { server } = await limited(small);
		expect(await statuses(server, "192.0.2.1", 2)).toEqual([200, 200]);
		const refused = await from(server, "192.0.2.1");
		expect(refused.headers.get("Retry-After")).toBe("2");
		expect(refused.headers.get("Access-Control-Expose-Headers")).toBe("Retry-After");
		await expectRefusal(await readAnswer(refused, loginRoutes.prepareLogin), TOO_MANY_REQUESTS);
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

	it("is not limited for an own backend, nor where a JWT is needed, nor when nobody says where a request is from", async () => {
		const { server } = await limited(small);
		const { secretToken: token } = server.app;
		for (let index = 0; index < 4; index++) {
			expect((await from(server, "192.0.2.1", { ...prepare, token })).status).toBe(200);
			const withJwt = requestOf(server.app, deviceRoutes.listDevices, { params: { last_time: "0", last_id: "none" } });
			expect((await server.api.fetch(withJwt, { address: "192.0.2.1" })).status).toBe(401);
		}
		expect(await statuses(server, undefined, 3)).toEqual([200, 200, 200]);
		expect(await statuses(server, "192.0.2.1", 3)).toEqual([200, 200, 429]);
	});

	it("is not limited when limits are off", async () => {
		const { server } = await limited({ rateLimits: false });
		expect(new Set(await statuses(server, "192.0.2.1", 400))).toEqual(new Set([200]));
	});

	it.each([
		["doneLogin", loginRoutes.doneLogin],
		["validateMfa", loginRoutes.validateMfa],
		["validateRecoveryKey", loginRoutes.validateRecoveryKey],
		["verifyLogin", loginRoutes.verifyLogin],
		["changePassword", userRoutes.changePassword],
		["exists", userRoutes.exists],
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
