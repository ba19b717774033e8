import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { createSentc } from "@sentc-ts/sdk";
import { startApi } from "@sentc-ts/test-world";
import { describe, expect, it, onTestFinished } from "vitest";
import { createBackend, limitByAddress } from "../src/index.js";

describe("a limit by address", () => {
	it("answers an attacker's flood with 429 and the seconds to wait, and lets others through", async () => {
		let now = 1_700_000_000_000;
		const limit = limitByAddress({ burst: 2, per_second: 0.5, now: () => now });
		expect([limit("192.0.2.1"), limit("192.0.2.1")]).toEqual([undefined, undefined]);
		const refused = limit("192.0.2.1");
		expect([refused?.status, refused?.headers.get("Retry-After")]).toEqual([429, "2"]);
		expect(await refused?.json()).toEqual({ error: "Too many requests: try again later." });
		expect(limit("192.0.2.2")).toBeUndefined();
		now += 2000;
		expect(limit("192.0.2.1")).toBeUndefined();
	});

	it("counts the addresses of one IPv6 network together, and everybody who has none", () => {
		const limit = limitByAddress({ burst: 1, per_second: 0.5 });
		expect(limit("2001:db8::1")).toBeUndefined();
		expect(limit("2001:db8::2")?.status).toBe(429);
		expect(limit(undefined)).toBeUndefined();
		expect(limit("junk")?.status).toBe(429);
	});

	it.each([
		["burst", { burst: 0, per_second: 1 }],
		["per_second", { burst: 1, per_second: Number.NaN }],
	])("needs a %s", (field, options) => {
		expect(() => limitByAddress(options)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
	});
});

describe("a backend for one client", () => {
	it("is limited by the API for that client's address; the backend itself isn't", async () => {
		const api = await startApi({ app: "development", rateLimits: { register: { burst: 1, perSecond: 0.001 } } });
		onTestFinished(api.close);
		const backend = createBackend({ base_url: api.base_url, secret_token: api.app.secretToken });
		const register = async (from = backend) => {
			const input = createSentc().prepareRegister(`ada-${Math.random()}`, "password");
			return JSON.parse(await from.register(input)).err_code;
		};
		expect(await register(backend.forClient("192.0.2.1"))).toBeUndefined();
		expect(await register(backend.forClient("::ffff:192.0.2.1"))).toBe(429);
		expect(await register(backend.forClient("192.0.2.2"))).toBeUndefined();
		expect([await register(), await register()]).toEqual([undefined, undefined]);
	});

	it("needs an IP address", () => {
		const backend = createBackend({ base_url: "http://127.0.0.1:9", secret_token: "AAAA" });
		for (const wrong of ["", "ada.example", "192.0.2.1\r\nx: y", undefined as unknown as string]) {
			expect(() => backend.forClient(wrong)).toThrow(InvalidInput);
		}
	});
});
