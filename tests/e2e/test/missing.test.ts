import { engines } from "@sentc-ts/browsers";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => void vi.unstubAllEnvs());

describe("a browser that is missing", () => {
	it.each([
		["Chromium", "CHROMIUM_PATH", "chromium"],
		["Firefox", "FIREFOX_PATH", "firefox-esr"],
		["WebKit", "WEBKIT_DRIVER_PATH", "webkit2gtk-driver"],
		["WebKit", "XVFB_PATH", "xvfb"],
	])("is a sentence that says how to get it: %s, %s", async (name, variable, debianPackage) => {
		vi.stubEnv(variable, "/nowhere");
		const engine = engines.find((known) => known.name === name);
		await expect(engine?.start()).rejects.toThrow(
			`but /nowhere does not exist: install Debian's package ${debianPackage}, or set ${variable} to its path.`,
		);
	});
});
