import { rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, expect, it } from "vitest";
import { isOn, tamper } from "../support/between.js";

const api = await startApi();
afterAll(() => api.close());

it("a group that the API answers in the place of the one that was asked for is not used", async () => {
	const { fetch, through } = tamper();
	const { user } = await signUp(api, { fetch, worker: false });
	const [asked, other] = [await user.createGroup(), await user.createGroup()];
	through((request, send) =>
		isOn(`GET /group/${asked}`, request)
			? globalThis.fetch(new Request(request.url.replace(asked, other), request))
			: send(),
	);

	expect(await rejection(user.getGroup(asked))).toMatchObject({ code: "ANSWER_FORGED", what: "group" });
	expect((await user.getGroup(other)).data.group_id).toBe(other);
});
