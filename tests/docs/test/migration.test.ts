import type { SentcErrorCode, User } from "@sentc-ts/sdk";
import Sentc from "@sentc-ts/sdk";
import { type ServedApi, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeBlocks, compileExamples } from "../src/examples.js";

/** What the snippets declare, put together. */
interface Snippets {
	start(): Promise<User | undefined>;
	logIn(name: string, password: string, askForCode: () => Promise<string>): Promise<User>;
	statusOf(e: unknown): string;
	codeOf(e: unknown): SentcErrorCode | undefined;
}

const page = new URL("../../../docs/migration.md", import.meta.url);
const [app = "", errors = "", ...more] = codeBlocks(page).flatMap(({ language, code }) =>
	language === "ts" ? [code] : [],
);

let api: ServedApi;
let snippets: Snippets;
beforeAll(async () => {
	api = await startApi();
	const here = app
		.replaceAll("http://127.0.0.1:3002", api.base_url)
		.replaceAll("5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi", api.app_token);
	const modules = compileExamples({ "migration-app": here, "migration-errors": errors });
	snippets = { ...(await import(modules["migration-app"])), ...(await import(modules["migration-errors"])) };
});
afterAll(() => api.close());

describe("the snippets of the migration page", () => {
	it("compile strictly, log in, and read what is thrown", async () => {
		expect(more).toEqual([]);
		expect(await snippets.start()).toBeUndefined();
		await Sentc.register("ada", "correct horse battery staple");
		const noCode = () => Promise.reject(new Error("There is no second factor"));
		const user = await snippets.logIn("ada", "correct horse battery staple", noCode);
		expect(await Sentc.getActualUser()).toBe(user);

		const error = await snippets
			.logIn("bob", "correct horse battery staple", noCode)
			.catch((thrown: unknown) => thrown);
		expect(snippets.statusOf(error)).toBe("server_100");
		expect(snippets.codeOf(error)).toBe("USER_NOT_FOUND");
		expect(snippets.codeOf(new Error("no error of the SDK"))).toBeUndefined();
	});
});
