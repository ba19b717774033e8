import { randomUUID } from "node:crypto";
import { runInNewContext } from "node:vm";
import { createSentc } from "@sentc-ts/sdk";
import { readEnvelope } from "@sentc-ts/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { type CodeBlock, codeBlocks, compileExample } from "../src/examples.js";
import { type Servers, startServers } from "../src/servers.js";

const blocks = codeBlocks(new URL("../seed/own-backend.md", import.meta.url));

/** The blocks of the page in their order, each named by what it shows. */
const [
	intro,
	success,
	failure,
	authorization,
	appToken,
	prepareRegister,
	doneRegister,
	prepareDevice,
	doneDevice,
	prepareGroup,
	cookieInstalled,
	cookieBrowser,
	functionInstalled,
	functionBrowser,
] = blocks as Required<CodeBlock>[];

let servers: Servers;
beforeAll(async () => {
	servers = await startServers();
});
afterAll(() => servers.close());

/** A page names the package, and its user names the app: both are set here, nothing else. */
function forOurs(block: CodeBlock | undefined, replacements: Record<string, string> = {}): string {
	let code = (block?.code ?? "").replaceAll('"@sentclose/sentc"', '"@sentc-ts/sdk"');
	for (const [text, replacement] of Object.entries(replacements)) {
		if (!code.includes(text)) throw new Error(`the block does not contain ${text}`);
		code = code.replaceAll(text, replacement);
	}
	return code;
}

let examples = 0;
/** Compiles a block, runs it, and answers what it exports. */
async function run(code: string): Promise<Record<string, unknown>> {
	examples += 1;
	return import(/* @vite-ignore */ compileExample(`seed-${examples}`, code));
}

/** The block's variables become exports, so that a test can look at them. */
const exported = (code: string): string => code.replaceAll(/^const /gm, "export const ");

async function send(path: string, init: RequestInit): Promise<string> {
	return (await fetch(`${servers.backendUrl}${path}`, { method: "POST", ...init })).text();
}

const register = (input: unknown): Promise<string> =>
	send("/register", { body: JSON.stringify({ input, email: "ada@example.com", full_name: "Ada" }) });

const unique = () => JSON.stringify(`ada-${randomUUID()}`);

describe("the seed page", () => {
	it("has the fourteen code blocks that are tested here", () => {
		expect(blocks.map(({ language }) => language)).toEqual([
			"javascript",
			"json",
			"json lines",
			"",
			"",
			"javascript",
			"javascript",
			"javascript",
			"javascript",
			"ts",
			"ts",
			"html",
			"ts",
			"html",
		]);
	});
});

describe("own backend processing", () => {
	it("prepare and done go around the request: each statement of the introduction runs", async () => {
		const name = unique();
		// The page shows two ways to register in one block; as one module it would declare user_id twice.
		const statements = exported(forOurs(intro, { '"username"': name })).split("\n\n");
		expect(statements).toHaveLength(4);
		const [imported, direct, prepare, done = ""] = statements;
		expect(() => compileExample("seed-intro", statements.join("\n"))).toThrow(/user_id/);

		// Registering is for the secret token by default, so that the direct way is refused for the page's public token.
		const init = `await Sentc.init(${JSON.stringify({ base_url: servers.apiUrl, app_token: servers.publicToken })});`;
		await expect(run([imported, init, direct].join("\n"))).rejects.toMatchObject({ status: "server_203" });

		const { input } = await run([imported, prepare].join("\n"));
		const answer = JSON.stringify(await register(input));
		const { user_id } = await run([imported, done.replace('"server_output"', answer)].join("\n"));
		expect(user_id).toMatch(/^[0-9a-f-]{36}$/);
	});
});

describe("response", () => {
	it("a success answers its result", () => {
		expect(readEnvelope(forOurs(success), z.string())).toBe("<a message or the fetched values>");
	});

	it("a failure throws its code and text", () => {
		const json = forOurs(failure).replace(/\/\/.*$/m, "");
		expect(() => readEnvelope(json, z.string())).toThrow(
			expect.objectContaining({ status: "server_0", errorMessage: "<text of the error message from the api>" }),
		);
	});
});

describe("headers", () => {
	it("are the ones the API reads", async () => {
		const headers = [authorization, appToken].map((block) => {
			const [, name = ""] = /Header name: (\S+)/.exec(forOurs(block)) ?? [];
			const [, value = ""] = /Header value: (.*)/.exec(forOurs(block)) ?? [];
			return [name, value] as const;
		});
		expect(headers).toEqual([
			["Authorization", "Bearer <the_jwt>"],
			["x-sentc-app-token", "<your_app_token>"],
		]);
		const [[bearer, bearerValue], [token]] = headers as [readonly [string, string], readonly [string, string]];
		const user = await signUp();
		const response = await fetch(`${servers.apiUrl}/api/v1/group/all/0/none`, {
			headers: { [bearer]: bearerValue.replace("<the_jwt>", await user.getJwt()), [token]: servers.publicToken },
		});
		expect(await response.json()).toEqual({ status: true, result: [] });
	});
});

describe("user", () => {
	it("register: prepare in the client, POST by the own backend, done in the client", async () => {
		const { input } = await run(exported(forOurs(prepareRegister, { '"username"': unique() })));
		const answer = JSON.stringify(await register(input));
		const { user_id } = await run(exported(forOurs(doneRegister, { '"server_output"': answer })));
		expect(user_id).toMatch(/^[0-9a-f-]{36}$/);
	});

	it("done throws when the server output is not correct: the page's own text is none", async () => {
		await expect(run(forOurs(doneRegister))).rejects.toMatchObject({ status: "client_101" });
		await expect(run(forOurs(doneDevice))).rejects.toMatchObject({ status: "client_101" });
	});

	it("register device: the same around prepare_register_device", async () => {
		const { input } = await run(exported(forOurs(prepareDevice, { '"identifier"': unique() })));
		const answer = JSON.stringify(await send("/device", { body: String(input) }));
		const result = await run(exported(forOurs(doneDevice, { '"server_output"': answer })));
		expect(result).toHaveProperty("input", undefined);
	});
});

describe("group", () => {
	it("create: prepare from the user object, POST by the own backend with the JWT", async () => {
		const user = await signUp();
		const code = exported(forOurs(prepareGroup));
		const declaration = 'import type { User } from "@sentc-ts/sdk";\ndeclare global { var user: User }\n';
		Object.assign(globalThis, { user });
		const { input } = await run(declaration + code);
		const answer = await send("/group", {
			body: String(input),
			headers: { Authorization: `Bearer ${await user.getJwt()}` },
		});
		expect(JSON.parse(answer)).toMatchObject({ status: true, result: { group_id: expect.any(String) } });
	});
});

describe("refresh", () => {
	/** Runs the script of a page with `window.Sentc.default`; answers what its `run()` resolves to. */
	function runScript(block: CodeBlock | undefined): Promise<unknown> {
		const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(block?.code ?? "") ?? [];
		const sentc = createSentc();
		return runInNewContext(script.replace(/run\(\);\s*$/, "run()"), { window: { Sentc: { default: sentc } } });
	}

	it("from a cookie, installed: init takes the options", async () => {
		const code = forOurs(cookieInstalled, { "<your_endpoint>": `${servers.backendUrl}/refresh` });
		await expect(run(code)).resolves.toBeDefined();
	});

	it("from a cookie, browser: endpoint 1 with endpoint_url is refused naming the fix (exception 1)", async () => {
		await expect(runScript(cookieBrowser)).rejects.toMatchObject({
			field: "refresh.endpoint_fn",
			errorMessage: expect.stringContaining("use endpoint 0"),
		});
	});

	it("with a function, installed: a type where the function belongs does not compile (exception 2)", () => {
		expect(() => compileExample("seed-function", forOurs(functionInstalled))).toThrow();
	});

	it("with a function, installed: it runs with a function in its place", async () => {
		const code = forOurs(functionInstalled, { "=> Promise<string>": "=> Promise.resolve(old_jwt)" });
		await expect(run(code)).resolves.toBeDefined();
	});

	it("with a function, browser: type syntax inside <script> is no JavaScript (exception 3)", () => {
		expect(() => runScript(functionBrowser)).toThrow(/SyntaxError|Unexpected/);
	});
});

async function signUp() {
	const client = createSentc();
	await client.init({ base_url: servers.apiUrl, app_token: servers.publicToken });
	const name = `ada-${randomUUID()}`;
	client.doneRegister(await register(client.prepareRegister(name, "password")));
	return client.login(name, "password", true);
}
