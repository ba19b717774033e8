import { tier } from "@sentc-ts/test-world";
import {
	ACCESS,
	CLOSED_OPTIONS,
	DEFAULT_OPTIONS,
	forcedGroupRoutes,
	groupRoutes,
	LAX_OPTIONS,
	type Route,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { AppAdminError } from "../../src/index.js";
import { call, startApi } from "../support/api.js";
import { optionInProtocol, PROTOCOL_OPTIONS } from "../support/endpoint-options.js";
import { fits, routes } from "../support/routes.js";
import { allBut, expectAnswers, startWithGroup, storeOptions, VALUES } from "./option-probes.js";

describe("the endpoint options", () => {
	it("are those of the protocol, with its presets", () => {
		const preset = (index: 0 | 1) =>
			Object.fromEntries(Object.entries(PROTOCOL_OPTIONS).map(([name, values]) => [name, values[index]]));
		expect(DEFAULT_OPTIONS).toEqual(preset(0));
		expect(LAX_OPTIONS).toEqual(preset(1));
		expect(CLOSED_OPTIONS).toEqual(allBut("", 0, 0));
		expect(Object.keys(PROTOCOL_OPTIONS)).toHaveLength(48);
	});

	it.each(routes)("files §5.1: guard %s as the protocol says", (_, route) => {
		expect(route.option).toBe(optionInProtocol(route));
	});
});

describe("every token with every value of the option that guards", () => {
	/** Those that delete what the others are called for have an API of their own. */
	const deletingGroups: readonly Route[] = [groupRoutes.deleteGroup, forcedGroupRoutes.deleteGroup];
	const deleting: readonly Route[] = [userRoutes.deleteUser, ...deletingGroups];
	const together = routes.map(([, route]) => route).filter((route) => !deleting.includes(route));
	const each = [
		["all routes but those", together],
		["the deletion of a user", [userRoutes.deleteUser]],
		["the deletions of a group", deletingGroups],
	] as const;
	const fixed: Readonly<Partial<Record<Route["option"], number>>> = { open: ACCESS.public, secret: ACCESS.secret };

	it("that a database could hold", async () => {
		const route = groupRoutes.listGroups;
		const { server, input } = await startWithGroup(route);
		for (const value of VALUES) {
			storeOptions(server, allBut(route.option, value, ACCESS.blocked));
			await expectAnswers(server, route, value, input);
		}
	});

	it.each(each)("that there is, whatever the other options are: %s", async (_, chosen) => {
		const { server, input } = await startWithGroup(...chosen);
		for (const route of chosen) {
			for (const value of Object.values(ACCESS)) {
				for (const others of tier === "quick" ? [ACCESS.blocked] : [ACCESS.blocked, ACCESS.public]) {
					storeOptions(server, allBut(route.option, value, others));
					await expectAnswers(server, route, fixed[route.option] ?? value, input);
				}
			}
		}
	});

	it.each(each)("under the presets: %s", async (_, chosen) => {
		const { server, input } = await startWithGroup(...chosen);
		for (const [index, preset] of [DEFAULT_OPTIONS, LAX_OPTIONS, CLOSED_OPTIONS].entries()) {
			await server.api.apps.update(server.app.appId, { options: preset });
			for (const route of chosen) {
				const expected = PROTOCOL_OPTIONS[route.option]?.[index as 0 | 1] ?? ACCESS.blocked;
				await expectAnswers(server, route, fixed[route.option] ?? expected, input);
			}
		}
	});
});

describe("the options of an app", () => {
	it("act at once", async () => {
		const server = await startApi();
		const input = { body: { user_identifier: "alice" } };
		expect(await call(server, userRoutes.exists, input)).toMatchObject({ ok: true });
		await server.api.apps.update(server.app.appId, { options: CLOSED_OPTIONS });
		expect(await call(server, userRoutes.exists, input)).toMatchObject(fits(SERVER_ERRORS.ENDPOINT_FORBIDDEN));
	});

	it("are the default ones unless given", async () => {
		const server = await startApi({});
		const [app] = await server.api.apps.list();
		const limits = { max_file_mib: 10_240, max_user_files_mib: 10_240, max_app_files_mib: 102_400 };
		const switches = { otp_reuse: 0, file_parts_anonymous: 1 };
		const others = { max_key_rotation_month: 100, min_rank_key_rotation: 4, ...limits, ...switches };
		expect(app?.options).toEqual({ ...DEFAULT_OPTIONS, ...others });
		const changed = await server.api.apps.update(server.app.appId, { options: { group_create: ACCESS.blocked } });
		expect(changed.options).toEqual({ ...DEFAULT_OPTIONS, group_create: ACCESS.blocked, ...others });
		expect(await server.api.apps.get(server.app.appId)).toEqual(changed);
	});

	it.each([
		{ group_creat: 1 },
		{ group_create: 3 },
		{ group_create: "1" },
		{ group_create: undefined },
		{ otp_reuse: 2 },
		{ file_parts_anonymous: 2 },
		{ max_file_mib: -1 },
		{ max_key_rotation_month: -1 },
		{ max_key_rotation_month: 1.5 },
		{ max_key_rotation_month: 2 ** 53 },
		{ min_rank_key_rotation: "4" },
		{ min_rank_key_rotation: null },
	])("cannot be %j", async (options) => {
		const { api, app } = await startApi();
		const refused = expect.toSatisfy((error) => error instanceof AppAdminError && error.code === "OPTION_INVALID");
		await expect(api.apps.create({ options: options as object })).rejects.toEqual(refused);
		await expect(api.apps.update(app.appId, { options: options as object })).rejects.toEqual(refused);
	});
});

describe("where the files of an app are", () => {
	it("is nowhere unless given, and no change of other options touches it", async () => {
		const { api, app } = await startApi();
		const { appId } = await api.apps.create();
		expect(await api.apps.get(appId)).toMatchObject({ files: { storage: "off", url: null } });
		const url = "https://backend.example.com/deleted";
		const changed = await api.apps.update(app.appId, { files: { storage: "external", url } });
		expect(changed).toMatchObject({ files: { storage: "external", url }, newFileToken: expect.any(String) });
		const renamed = await api.apps.update(app.appId, { name: "other", options: { group_create: 0 } });
		expect(renamed).toMatchObject({ files: { storage: "external", url } });
		expect(renamed).not.toHaveProperty("newFileToken");
		const own = await api.apps.update(app.appId, { files: { storage: "own" } });
		expect(own).toMatchObject({ files: { storage: "own", url } });
	});

	it("files §7.1(1)(3)(4), §8.1: can only be one of three, told to a web address with a token that fits a header", async () => {
		const { api, app } = await startApi();
		const external = (url: string) => ({ storage: "external", url });
		const wrong = [
			...[{ storage: "here" }, { storage: 1 }, { storage: "external" }],
			...["backend.example.com", "file:///etc/passwd", "https://name:password@backend.example.com"].map(external),
			external(`https://backend.example.com/${"x".repeat(2048)}`),
			...["x".repeat(51), "two\nlines", ""].map((token) => ({ token })),
		];
		const refused = expect.toSatisfy((error) => error instanceof AppAdminError && error.code === "OPTION_INVALID");
		for (const files of wrong) {
			await expect(api.apps.create({ files: files as object })).rejects.toEqual(refused);
			await expect(api.apps.update(app.appId, { files: files as object })).rejects.toEqual(refused);
		}
		expect(await api.apps.get(app.appId)).toMatchObject({ files: { storage: "own", url: null } });
	});
});
