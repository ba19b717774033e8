import {
	ACCESS,
	CLOSED_OPTIONS,
	DEFAULT_OPTIONS,
	type EndpointOptions,
	groupRoutes,
	LAX_OPTIONS,
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

	it.each(routes)("guard %s as the protocol says", (_, route) => {
		expect(route.option).toBe(optionInProtocol(route));
	});
});

describe("every token with every value of the option that guards", () => {
	const guarded = routes.filter(([, route]) => route.option !== "open" && route.option !== "secret");

	it("groups: everything that a database could hold", async () => {
		const route = groupRoutes.listGroups;
		const { server, input } = await startWithGroup(route);
		for (const value of VALUES) {
			storeOptions(server, allBut(route.option, value, ACCESS.blocked));
			await expectAnswers(server, route, value, input);
		}
	});

	it.each(guarded)("%s, whatever the other options are", async (_, route) => {
		const { server, input } = await startWithGroup(route);
		for (const value of Object.values(ACCESS)) {
			for (const others of [ACCESS.blocked, ACCESS.public]) {
				storeOptions(server, allBut(route.option, value, others));
				await expectAnswers(server, route, value, input);
			}
		}
	});

	it.each(routes.filter(([, { option }]) => option === "open" || option === "secret"))(
		"%s, which has no option",
		async (_, route) => {
			const { server, input } = await startWithGroup(route);
			const fixed = route.option === "secret" ? ACCESS.secret : ACCESS.public;
			for (const value of Object.values(ACCESS)) {
				storeOptions(server, allBut("", value, value));
				await expectAnswers(server, route, fixed, input);
			}
		},
	);

	it.each(routes)("%s under the presets", async (_, route) => {
		const { server, input } = await startWithGroup(route);
		const presets: Record<string, EndpointOptions> = {
			default: DEFAULT_OPTIONS,
			lax: LAX_OPTIONS,
			closed: CLOSED_OPTIONS,
		};
		for (const [index, name] of ["default", "lax", "closed"].entries()) {
			await server.api.apps.update(server.app.appId, { options: presets[name] ?? {} });
			const option = optionInProtocol(route) ?? "";
			const fixed = { open: ACCESS.public, secret: ACCESS.secret }[option];
			await expectAnswers(server, route, fixed ?? PROTOCOL_OPTIONS[option]?.[index as 0 | 1] ?? ACCESS.blocked, input);
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
		expect(app?.options).toEqual({ ...DEFAULT_OPTIONS, otp_reuse: 0 });
		const changed = await server.api.apps.update(server.app.appId, { options: { group_create: ACCESS.blocked } });
		expect(changed.options).toEqual({ ...DEFAULT_OPTIONS, group_create: ACCESS.blocked, otp_reuse: 0 });
		expect(await server.api.apps.get(server.app.appId)).toEqual(changed);
	});

	it.each([
		{ group_creat: 1 },
		{ group_create: 3 },
		{ group_create: "1" },
		{ group_create: undefined },
		{ otp_reuse: 2 },
	])("cannot be %j", async (options) => {
		const { api, app } = await startApi();
		const refused = expect.toSatisfy((error) => error instanceof AppAdminError && error.code === "OPTION_INVALID");
		await expect(api.apps.create({ options: options as object })).rejects.toEqual(refused);
		await expect(api.apps.update(app.appId, { options: options as object })).rejects.toEqual(refused);
	});
});
