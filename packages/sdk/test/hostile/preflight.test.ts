import { addDevice, type ClientOptions, freshName, PASSWORD, rotateKeys, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { fetchThrough } from "../support/between.js";
import { enrolledUser } from "../support/second-factor.js";

const api = await startApi();
afterAll(() => api.close());

/** What the reference answers to every preflight (protocol/http-api §1.1.2). */
const REFERENCE_HEADERS =
	"x-sentc-app-token, x-sentc-group-access-id, Content-Type, Accept, Origin, Authorization, x-socket-id";
const REFERENCE_METHODS = "GET, POST, PUT, DELETE, OPTIONS, PATCH";

const listed = (list: string): string[] => list.toLowerCase().split(", ");
/** Sent without asking (Fetch, "CORS-safelisted request-header"), or set by the browser itself. */
const NEVER_ASKED = ["accept", "accept-language", "content-language", "content-length", "origin"];

/** A page on another origin than a reference API: its browser asks before each request, and keeps back what the answer does not list. */
function inPage() {
	const sent: string[] = [];
	const fetch = fetchThrough(async (request, send) => {
		const asked = [...request.headers.keys()].filter((name) => !NEVER_ASKED.includes(name));
		sent.push(`${request.method} ${new URL(request.url).pathname}`);
		const refused = asked.filter((name) => !listed(REFERENCE_HEADERS).includes(name));
		const allowed = refused.length === 0 && listed(REFERENCE_METHODS).includes(request.method.toLowerCase());
		if (!allowed) throw new TypeError(`the browser keeps back ${request.method} with ${refused.join()}`);
		return send();
	});
	return { sent, options: { fetch } as ClientOptions };
}

describe("a page at an API that allows no header but the reference's", () => {
	it("gets everything through: account, devices, rotation, groups, password, log out", async () => {
		const { sent, options } = inPage();
		const { sentc, user } = await signUp(api, options);
		expect(await sentc.checkUserIdentifierAvailable(freshName())).toBe(true);
		const other = await addDevice(api, user, options);
		await rotateKeys(api, user);
		await other.user.finishKeyRotation();
		const group = await user.getGroup(await user.createGroup());
		await group.groupUpdateCheck().catch(() => undefined);
		await user.getGroups();
		await user.getDevices();
		await user.updateUser(freshName());
		await user.changePassword(PASSWORD, "another password");
		await user.getJwt();
		await other.user.logOut();
		for (const method of ["GET", "POST", "PUT", "DELETE"]) expect(sent.join()).toContain(`${method} /api/v1/`);
	});

	it("gets a second factor through", async () => {
		const { sent, options } = inPage();
		const { user } = await enrolledUser(api, options);
		expect(user.user_data.mfa).toBe(true);
		expect(sent.join()).toContain("PATCH /api/v1/user/register_otp");
	});
});
