import { describe, expect, it } from "vitest";
import {
	byteStream,
	CLOSED_OPTIONS,
	contentKeyRoutes,
	DEFAULT_OPTIONS,
	deviceRoutes,
	fileRoutes,
	forcedGroupRoutes,
	forcedRoutes,
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	LAX_OPTIONS,
	lightGroupRoutes,
	lightRoutes,
	loginRoutes,
	memberRoutes,
	otpRoutes,
	type Route,
	route,
	routePath,
	routeUrlBelow,
	SERVER_ERRORS,
	sessionRoutes,
	userKeyRoutes,
	userRoutes,
} from "../src/contract/index.js";
import { ApiError } from "../src/index.js";

const routes: Route[] = [
	contentKeyRoutes,
	deviceRoutes,
	fileRoutes,
	forcedGroupRoutes,
	forcedRoutes,
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	lightRoutes,
	loginRoutes,
	memberRoutes,
	otpRoutes,
	sessionRoutes,
	userKeyRoutes,
	userRoutes,
].flatMap((group) => Object.values<Route>(group));

describe("routes", () => {
	it("have each method and path once", () => {
		const keys = routes.map(({ method, path }) => `${method} ${path}`);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it("are guarded by an option that exists", () => {
		for (const { option } of routes) {
			if (option !== "open" && option !== "secret") expect(DEFAULT_OPTIONS).toHaveProperty(option);
		}
	});

	it("check a group only for signed-in callers, or the user that an own backend names, of a path with a group", () => {
		for (const { option, jwt, path } of routes.filter((route) => route.groupAccess)) {
			expect(path).toContain("/:group_id");
			if (jwt === "none")
				expect({ option, path }).toEqual({ option: "secret", path: expect.stringContaining("/:user_id") });
			else expect(jwt).toBe("valid");
		}
	});

	it("files §5.1: let an expired JWT in only where the protocol says so", () => {
		const expired = routes.filter(({ jwt }) => jwt === "expired-allowed").map(({ path }) => path);
		expect([...new Set(expired)].sort()).toEqual(["/file/part/:session_id/:seq/:end", "/init", "/refresh"]);
	});
});

describe("routePath", () => {
	it("fills in and encodes the parameters", () => {
		expect(routePath(userRoutes.userVerifyKey, { user_id: "a/b?c", key_id: "k#1" })).toBe(
			"/api/v1/user/a%2Fb%3Fc/verify_key/k%231",
		);
	});
});

describe("routeUrlBelow", () => {
	it("has the prefix instead of the path up to its first parameter, or instead of all of it", () => {
		const url = (path: string, params = {}) => {
			const declared = route({ method: "GET", path, option: "open", jwt: "none", result: byteStream });
			return routeUrlBelow("https://files.example.com/part/", declared, params);
		};
		expect(url("/file/part/:part_id", { part_id: "p" })).toBe("https://files.example.com/part/p");
		expect(url("/:part_id", { part_id: "p" })).toBe("https://files.example.com/part/p");
		expect(url("/file/part")).toBe("https://files.example.com/part");
	});
});

describe("a path parameter", () => {
	it.each([[""], ["."], [".."], [undefined], ["\ud800"]])(
		"%j is refused: it leads to no route or another one",
		(group_id) => {
			expect(() => routePath(groupRoutes.getGroup, { group_id: group_id as string })).toThrow(
				expect.objectContaining({ code: "INVALID_INPUT", field: "group_id" }),
			);
		},
	);
});

describe("endpoint options", () => {
	it("are 48, in every preset", () => {
		for (const preset of [DEFAULT_OPTIONS, LAX_OPTIONS, CLOSED_OPTIONS]) expect(Object.keys(preset)).toHaveLength(48);
	});

	it("leave everything public but registering and deleting users (and the unused content sizes)", () => {
		const secretOnly = Object.entries(DEFAULT_OPTIONS).filter(([, access]) => access === 2);
		expect(secretOnly.map(([name]) => name)).toEqual([
			"user_register",
			"user_delete",
			"content_small",
			"content_med",
			"content_large",
			"content_x_large",
		]);
	});
});

describe("server errors", () => {
	it("have a text, because the reference client needs one", () => {
		for (const { message } of Object.values(SERVER_ERRORS)) expect(message).not.toBe("");
	});

	it("have a name of their own, told by number and HTTP status", () => {
		const told = Object.entries(SERVER_ERRORS).map(([name, { code, http }]) => ({
			name,
			code: new ApiError(code, "no", { httpStatus: http }).code,
		}));
		for (const { name, code } of told) expect(code).toBe(name);
	});
});
