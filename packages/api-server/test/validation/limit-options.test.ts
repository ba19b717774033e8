import { loginRoutes } from "@sentc-ts/transport/contract";
import type { Budget } from "@sentc-ts/transport/limits";
import { describe, expect, it } from "vitest";
import { call, temporaryFolder } from "../support/api.js";
import { outcome, ready, refusal, start } from "../support/cli.js";
import { crypto } from "../support/client.js";
import { limited, prepare } from "../support/limited.js";

describe("the configuration of limits", () => {
	it.each([
		{ rateLimits: { login: { burst: 0, perSecond: 1 } } },
		{ rateLimits: { register: { burst: 1, perSecond: 0 } } },
		{ rateLimits: { device: { burst: Number.NaN, perSecond: 1 } } },
		{ rateLimits: { read: {} as Budget } },
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
			await call(server, loginRoutes.doneLogin, { body });
		}
		expect(delays).toEqual([]);
	});
});

describe("the command line", () => {
	async function serve(args: string[], env: Record<string, string> = {}) {
		const folder = temporaryFolder();
		// The development app refuses what comes through a proxy.
		const [app] = await outcome(folder, ["app", "create"]);
		const line = await ready(start(folder, ["serve", "--port", "0", ...args], env));
		const answers = async (claims: readonly string[]) => {
			const codes: number[] = [];
			for (const claim of claims) {
				const headers = { "x-sentc-app-token": app?.["public_token"] ?? "", "X-Forwarded-For": claim };
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
