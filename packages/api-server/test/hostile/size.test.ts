import { checkShape } from "@sentc-ts/core-crypto/wire";
import { sample } from "@sentc-ts/test-world";
import { deviceRoutes, SERVER_ERRORS, userKeyRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newUser, registerBody } from "../support/client.js";
import { addDevice, rotationBody } from "../support/devices.js";
import { routes } from "../support/routes.js";
import { leaves, MAX_BODY, type Schema, unbounded, visits, worstBodies } from "../support/schemas.js";

const bodies = routes.flatMap(([name, { body }]) =>
	body.kind === "json" ? [{ name, schema: body.schema as unknown as Schema }] : [],
);
const results = routes.flatMap(([name, { result }]) =>
	result.kind === "envelope" ? [{ name, schema: result.schema as unknown as Schema }] : [],
);

describe("a body that costs the most time to check", () => {
	it.each(sample(bodies))("has at most 20,000 nodes visited and 100 issues reported: $name", ({ schema }) => {
		for (const { kind, body } of worstBodies(schema)) {
			const { watched, count } = visits(body);
			const checked = checkShape(schema, watched);
			expect({ kind, visits: count() }).toSatisfy(({ visits }) => visits <= 20_000);
			expect({ kind, issues: checked.error?.issues.length ?? 0 }).toSatisfy(({ issues }) => issues <= 100);
		}
	});

	it("of 80,000 empty objects is refused as what it is, and no fault of the API", async () => {
		const faults: unknown[] = [];
		const server = await startApi(undefined, (fault) => faults.push(fault));
		const { jwt } = await newUser(server);
		const items = `[${Array(80_000).fill("{}").join()}]`;
		const added = `{"token":"","user_keys":{"key_session":false,"keys":${items}}}`;
		const params = { session_id: "none" };
		const answers = [
			call(server, deviceRoutes.doneRegisterDevice, { jwt, body: added }),
			call(server, deviceRoutes.uploadDeviceKeys, { jwt, params, body: items }),
			call(server, userRoutes.exists, { body: items }),
		];
		for (const answer of answers) await expectRefusal(answer, SERVER_ERRORS.INVALID_JSON);
		expect(faults).toEqual([]);
	});

	it.each(["[", '{"user_identifier":'])("nested as deep as it can be with %s is refused", async (opening) => {
		const faults: unknown[] = [];
		const server = await startApi(undefined, (fault) => faults.push(fault));
		const closing = opening === "[" ? "]" : "}";
		const depth = Math.floor((MAX_BODY - 1) / (opening.length + 1));
		const body = `${opening.repeat(depth)}0${closing.repeat(depth)}`;
		await expectRefusal(call(server, userRoutes.exists, { body }), SERVER_ERRORS.INVALID_JSON);
		expect(faults).toEqual([]);
	});
});

describe("a member that has no end", () => {
	it.each(bodies)("is in no body: $name", ({ schema }) => {
		expect(unbounded(schema)).toEqual([]);
	});

	it.each(results)("is in no answer: $name", ({ schema }) => {
		expect(unbounded(schema)).toEqual([]);
	});

	it("is refused, wherever it is in a registration", async () => {
		const server = await startApi();
		for (const { replaced } of leaves(registerBody("alice"), () => "a".repeat(20_000))) {
			await expectRefusal(call(server, userRoutes.register, { body: replaced }), SERVER_ERRORS.INVALID_JSON);
		}
	});
});

describe("what a client needs", () => {
	it("may be twice as long as the hybrid suite makes it", async () => {
		const server = await startApi();
		const user = await newUser(server, "first");
		const second = await addDevice(server, user, "second");
		const sent = [
			[userRoutes.register, registerBody("alice")],
			[deviceRoutes.prepareRegisterDevice, registerBody("alice").device],
			[userKeyRoutes.startKeyRotation, rotationBody(second)],
		] as const;
		for (const [{ body }, made] of sent) {
			const doubled = JSON.parse(JSON.stringify(made), (_, value) =>
				typeof value === "string" ? value + value : value,
			);
			expect(checkShape(body.schema, doubled).success).toBe(true);
		}
	});

	it("may be escaped in JSON: pairs of surrogates, and backslashes before what looks like an escape", async () => {
		const server = await startApi();
		for (const escaped of ["\\ud83d\\ude00", "\\\\u0000", "\\\\ud800", "\\\\\\ud83d\\uDE00", "\\u00e9"]) {
			const body = `{"user_identifier":"${escaped}"}`;
			const { user_identifier } = await result(call(server, userRoutes.exists, { body }));
			expect(user_identifier).toBe(JSON.parse(`"${escaped}"`));
		}
		for (const escaped of [
			"\\ud83d",
			"\\ude00",
			"\\ud83d\\\\\\ude00",
			"\\ude00\\ud83d",
			"\\ud83d\\ude00\\ude00",
			"\\\\\\u0000",
		]) {
			const body = `{"user_identifier":"${escaped}"}`;
			await expectRefusal(call(server, userRoutes.exists, { body }), SERVER_ERRORS.INVALID_JSON);
		}
	});
});
