import { freshName, PASSWORD, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { tamper } from "../support/between.js";
import { createElsewhere } from "../support/created-elsewhere.js";

const api = await startApi();
const tampered = tamper();
const user = (await signUp(api, { fetch: tampered.fetch, worker: false })).user;
const groupId = await createElsewhere(api, user);
afterAll(() => api.close());

const copies = (list: unknown, count: number): unknown[] => {
	const [item] = list as unknown[];
	return Array.from({ length: count }, () => item);
};
const times = (path: RegExp): number => tampered.requests.filter((request) => path.test(request)).length;

describe("lists without end", () => {
	it("of group keys: the same full page again and again is asked for once more at most", async () => {
		let keys: unknown[] = [];
		tampered.lie(new RegExp(`/group/${groupId}$`), (group) => {
			keys = copies(group["keys"], 50);
			return { ...group, keys };
		});
		tampered.lie(/\/keys\//, () => keys);
		const group = await user.getGroup(groupId);
		expect(new Set(group.data.keys.map((key) => key.group_key_id)).size).toBe(1);
		expect(times(/\/keys\//)).toBe(1);
	});

	it("of user keys at a log in: as well", async () => {
		const through = tamper();
		const { sentc } = await startSentc(api, { fetch: through.fetch, worker: false });
		const name = freshName();
		await sentc.register(name, PASSWORD);
		let keys: unknown[] = [];
		through.lie(/\/verify_login$/, (login) => {
			keys = copies(login["user_keys"], 50);
			return { ...login, user_keys: keys };
		});
		through.lie(/\/user_keys\/keys\//, () => keys);
		const found = await sentc.login(name, PASSWORD, true);
		expect(await found.decryptString(await found.encryptString("text", found.user_data.user_id))).toBe("text");
		expect(through.requests.filter((request) => /\/user_keys\/keys\//.test(request)).length).toBeLessThan(3);

		through.lie(/\/verify_login$/, (login) => ({ ...login, user_keys: copies(login["user_keys"], 501) }));
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({ code: "ANSWER_FORGED" });
		through.lie(/\/verify_login$/, (login) => ({ ...login, hmac_keys: copies(login["hmac_keys"], 501) }));
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({ code: "ANSWER_FORGED" });
	});

	it("in one answer are refused before anything is opened", async () => {
		const other = await createElsewhere(api, user);
		for (const list of ["keys", "hmac_keys", "sortable_keys"]) {
			tampered.lie(new RegExp(`/group/${other}$`), (group) => ({ ...group, [list]: copies(group[list], 501) }));
			expect(await rejection(user.getGroup(other))).toMatchObject({ code: "ANSWER_FORGED" });
		}
		const rotation = {
			encrypted_ephemeral_key_by_group_key_and_public_key: "AAAA",
			encrypted_group_key_by_ephemeral: "AAAA",
			ephemeral_alg: "AES-GCM-256",
			encrypted_eph_key_key_id: "id",
			previous_group_key_id: "unknown",
			time: 1,
			new_group_key_id: "new",
		};
		tampered.lie(/\/user_keys\/rotation$/, () => copies([rotation], 501));
		expect(await rejection(user.finishKeyRotation())).toMatchObject({ code: "ANSWER_FORGED" });
		expect(times(/\/user_keys\/key\/unknown$/)).toBe(0);
	});
});
