import { describe, expect, it } from "vitest";
import { bodyText, headersText } from "../src/page/masks.js";

describe("what travels", () => {
	it("never shows secrets to who looks over a shoulder, however short they are", () => {
		const secrets = ["287082", "pw-of-the-desk", "k".repeat(44), "JBSWY3DP"];
		const body = JSON.stringify({
			device_identifier: "ada",
			auth_key: secrets[2],
			token: secrets[0],
			result: { recover: [secrets[3]], refresh_token: "r".repeat(20), password: secrets[1] },
		});
		const shown = bodyText(body) + headersText(new Headers({ Authorization: `Bearer ${secrets[1]}` }));
		for (const secret of [...secrets, "rrrr"]) expect(shown).not.toContain(secret);
		expect(shown).toContain("••• (44 characters)");
		expect(shown).toContain('"device_identifier": "ada"');
	});

	it("shows long values by their beginning, and what is no JSON, too", () => {
		expect(JSON.parse(bodyText(JSON.stringify({ public_key: "p".repeat(100), rank: 1 })))).toEqual({
			public_key: `${"p".repeat(24)}… (100 characters)`,
			rank: 1,
		});
		expect([bodyText("ada"), bodyText("")]).toEqual(["ada", ""]);
	});
});
