import { afterEach, describe, expect, it, vi } from "vitest";
import { createSentc, type SentcOptions } from "../../src/index.js";
import { fetchThrough } from "../support/between.js";

const app_token = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";

/** An instance with these options asks its API something: of which servers? */
async function ask(options: Partial<SentcOptions>): Promise<{ error: unknown; origins: Set<string> }> {
	const origins = new Set<string>();
	const sentc = createSentc({
		fetch: fetchThrough(async (request) => {
			origins.add(new URL(request.url).origin);
			return Response.json({ status: true, result: { user_identifier: "", available: true } });
		}),
	});
	const asked = sentc.init({ app_token, ...options }).then(() => sentc.checkUserIdentifierAvailable("x"));
	const error: unknown = await asked.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	return { error, origins };
}

afterEach(() => {
	vi.unstubAllGlobals();
});

describe("a third party's server gets no request of an app that named none", () => {
	it("because the option must be given outside of pages", async () => {
		const { error, origins } = await ask({});
		expect(error).toMatchObject({ code: "INVALID_INPUT", field: "base_url" });
		expect(origins).toEqual(new Set());
	});

	it.each(["https://app.example.com", "http://localhost:3000"])(
		"because a page asks its own origin, %s",
		async (origin) => {
			vi.stubGlobal("location", { origin });
			expect((await ask({})).origins).toEqual(new Set([origin]));
		},
	);

	it("not even of a page from a file", async () => {
		vi.stubGlobal("location", { origin: "null" });
		expect((await ask({})).error).toMatchObject({ field: "base_url" });
	});
});

describe("who listens on the way to the API", () => {
	it.each([
		"http://api.example.com",
		"http://192.168.1.2:3002",
		"http://localhost.example.com",
		"http://127.0.0.1.example.com",
	])("gets no request to %s", async (base_url) => {
		const { error, origins } = await ask({ base_url });
		expect(error).toMatchObject({ field: "base_url", errorMessage: expect.stringContaining("allow_insecure_http") });
		expect(origins).toEqual(new Set());
		expect((await ask({ base_url, allow_insecure_http: true })).origins).toEqual(new Set([new URL(base_url).origin]));
	});

	it.each(["http://localhost:3002", "http://api.localhost", "http://127.0.0.1:3002", "http://[::1]:3002"])(
		"is not there between a client and %s",
		async (base_url) => {
			expect((await ask({ base_url })).origins).toEqual(new Set([base_url]));
		},
	);

	it("gets no request of a page that came by http: itself", async () => {
		vi.stubGlobal("location", { origin: "http://app.example.com" });
		expect((await ask({})).error).toMatchObject({ field: "base_url" });
	});

	it("gets no request for a public key of another API", async () => {
		const sentc = createSentc();
		const asked = sentc.getUserPublicKeyData("http://api.example.com", app_token, "user");
		await expect(asked).rejects.toMatchObject({ field: "base_url" });
	});
});
