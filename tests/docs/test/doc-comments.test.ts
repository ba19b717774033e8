import { describe, expect, it } from "vitest";
import { asModule, exportsOf, sourceExamples } from "../src/doc-comments.js";
import { commentOf, compileExamples } from "../src/examples.js";

const packageNames = ["api-server", "core-crypto", "sdk", "server-helpers", "transport"] as const;
const exported = exportsOf(packageNames);

describe("the examples in the comments of the sources", () => {
	it("are blocks of TypeScript, which editors show as such", () => {
		const examples = packageNames.flatMap((name) => sourceExamples(name));
		expect(examples.length).toBeGreaterThan(0);
		expect(examples.filter(({ code }) => code === undefined).map(({ name }) => name)).toEqual([]);
	});

	it("compile in a strict app", () => {
		const modules = packageNames.flatMap((packageName) =>
			sourceExamples(packageName).map(({ name, code = "" }) => [
				`${packageName}-${name}`,
				asModule(packageName, code, exported[packageName]),
			]),
		);
		expect(() => compileExamples(Object.fromEntries(modules), ["node"])).not.toThrow();
	});

	it("may leave out what the package exports, and no more", () => {
		const code = "const one: Backend | undefined = undefined;\nconst other: Missing | undefined = undefined;\n";
		const module = asModule("server-helpers", code, exported["server-helpers"]);
		expect(() => compileExamples({ "left-out": module })).toThrow(/^left-out\.mts:3: Cannot find name 'Missing'\.$/);
	});
});

describe("what the sources say of a member", () => {
	it("is shown to apps also where the type comes from a schema", () => {
		expect(commentOf("@sentc-ts/transport/contract", "DeviceListItem", "time")).toMatch(/^Since when/);
		expect(commentOf("@sentc-ts/transport/contract", "ChallengeProof", "auth_key")).toBe("Base64 of 32 bytes.");
	});
});
