import { type ClientOptions, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GroupKeySigner, type KeyFailure, SignerUnknown, type User } from "../../src/index.js";
import { answering, tamper } from "../support/between.js";
import { createElsewhere } from "../support/created-elsewhere.js";
import { beside, forgedKey, instead } from "../support/forged-group.js";

const api = await startApi();
afterAll(() => api.close());

/** Whom the API registered to sign for it. */
let puppet: User;
let signer: { user_id: string; verify_key_id: string };
beforeAll(async () => {
	puppet = (await signUp(api)).user;
	signer = { user_id: puppet.user_data.user_id, verify_key_id: puppet.user_data.newest_key_id };
});

/** A member of a group whose key the API replaces by one that the puppet signed. */
async function start(options: ClientOptions = {}) {
	const { fetch, ...between } = tamper();
	const told: KeyFailure[] = [];
	const on_unusable_key = (key: KeyFailure): void => void told.push(key);
	const person = await signUp(api, { fetch, on_unusable_key, worker: false, ...options });
	const id = await createElsewhere(api, person.user, true);
	const route = new RegExp(`GET /group/${id}$`);
	between.lie(route, instead(forgedKey(person.user, puppet)));
	return {
		...person,
		...between,
		id,
		route,
		told,
		open: (verify?: number) => person.user.getGroup(id, undefined, verify),
	};
}

const UNKNOWN = { name: "SignerUnknown", code: "SIGNER_UNKNOWN", status: "client_signer_unknown" };

describe("a group key of the API's making, signed by a user whom it registered for this purpose,", () => {
	it("is refused, however often it is tried", async () => {
		const { open, id, requests } = await start();
		for (const verify of [2, 1, 2]) {
			const refused = await rejection(open(verify));
			expect(refused).toEqual(new SignerUnknown(id, signer.user_id, signer.verify_key_id));
			expect(refused).toMatchObject({
				...UNKNOWN,
				groupId: id,
				userId: signer.user_id,
				verifyKeyId: signer.verify_key_id,
			});
		}
		expect(requests.filter((request) => request.includes(signer.user_id))).toEqual([]);
	});

	it("keeps the group closed as the newest one, and is never used as an older one", async () => {
		const { user, open, id, lie, route, told } = await start();
		lie(route, beside(forgedKey(user, puppet), 1000));
		expect(await rejection(open(2))).toMatchObject(UNKNOWN);

		lie(route, beside(forgedKey(user, puppet), -1000));
		const { data } = await open(2);
		expect(data.keys.map(({ group_key_id }) => group_key_id)).toEqual([data.newest_key_id]);
		expect(data.newest_key_id).not.toBe("forged");
		expect(told).toMatchObject([{ key_id: "forged", group_id: id, error: UNKNOWN }]);
	});

	it("is refused when it is fetched by its id, and when the app hands it in", async () => {
		const { user, open, id, beHonest, lie } = await start();
		beHonest();
		const group = await open(2);
		const forged = { ...forgedKey(user, puppet), group_key_id: "forged", key_pair_id: "forged", time: Date.now() };
		lie(`GET /group/${id}/key/forged`, () => forged);
		expect(await rejection(group.getSymKeyById("forged"))).toMatchObject(UNKNOWN);
		const list = [{ private_key_id: "id", key_data: JSON.stringify(forged) }];
		expect(await rejection(group.decryptKey(list, 2))).toMatchObject(UNKNOWN);
		expect(await group.decryptKey(list)).toMatchObject([{ signature: "unverified", signed_by: signer }]);
	});

	it("is refused after its safety number was shown: the person may have found that it is another one", async () => {
		const { user, open } = await start();
		expect(await rejection(open(2))).toMatchObject(UNKNOWN);
		await user.createSafetyNumber(signer);
		expect(await rejection(open(2))).toMatchObject(UNKNOWN);
	});

	it("is taken without verification, and says so", async () => {
		const { open } = await start();
		expect((await open()).data.keys).toMatchObject([{ signature: "unverified", signed_by: signer }]);
		expect(await rejection(open(2))).toMatchObject(UNKNOWN);
	});

	it("is taken by the default instance, as by the reference client", async () => {
		const { open } = await start({ require_signatures: false });
		expect((await open(2)).data.keys).toMatchObject([{ signature: "verified", signed_by: signer }]);
	});
});

it("an unsigned group key of the API's making that the default instance stored is not used where signatures are required", async () => {
	const { user, open, id, lie, route, storage } = await start({ require_signatures: false });
	lie(route, instead(forgedKey(user)));
	expect((await open(2)).data).toMatchObject({ verify: 2, keys: [{ signature: "none" }] });
	const { sentc } = await startSentc(api, { storage, worker: false });
	const strict = await sentc.getActualUser();
	expect((await strict.getGroup(id)).data.keys).toMatchObject([{ signature: "none" }]);
	const signed_by = { user_id: user.user_data.user_id };
	expect((await strict.getGroup(id, undefined, 2)).data.keys).toMatchObject([{ signature: "verified", signed_by }]);
});

describe("a group key that another member signed", () => {
	it("is taken when this device knew the member before", async () => {
		const { user, open } = await start();
		await user.getPublicKey(signer.user_id);
		const group = await open(2);
		expect(group.data.keys).toMatchObject([{ signature: "verified", signed_by: signer }]);
		expect(await open(2)).toMatchObject({ data: { keys: group.data.keys } });
	});

	it("is taken when the app names the member, who is known from then on", async () => {
		const asked: GroupKeySigner[] = [];
		const signers = async (signer: GroupKeySigner): Promise<boolean> => {
			asked.push(signer);
			return signer.known || signer.user_id === puppet.user_data.user_id;
		};
		const { user, open, id } = await start({ signers });
		expect((await open(2)).data.keys).toMatchObject([{ signature: "verified", signed_by: signer }]);
		expect(asked).toEqual([{ ...signer, group_id: id, known: false }]);

		await (await user.getGroup(await user.createGroup(true), undefined, 2)).encryptString("text");
		const own = { user_id: user.user_data.user_id, verify_key_id: user.user_data.newest_key_id };
		expect(asked.slice(1)).toMatchObject([{ ...own, known: true }]);
	});

	it("is taken when the app names the member after the safety number was shown, who is known from then on", async () => {
		const compared = new Set<string>();
		const { user, open, lie } = await start({ signers: ({ known, user_id }) => known || compared.has(user_id) });
		await user.createSafetyNumber(signer);
		compared.add(signer.user_id);
		expect((await open(2)).data.keys).toMatchObject([{ signature: "verified", signed_by: signer }]);
		compared.clear();
		await user.createSafetyNumber(signer);
		const other = await createElsewhere(api, user, true);
		lie(new RegExp(`GET /group/${other}$`), instead(forgedKey(user, puppet)));
		const { data } = await user.getGroup(other, undefined, 2);
		expect(data.keys).toMatchObject([{ signature: "verified", signed_by: signer }]);
	});

	it("is refused when the app says so, although the member is known", async () => {
		const { user, open } = await start({ signers: ({ user_id }) => user_id === "somebody else" });
		await user.getPublicKey(signer.user_id);
		expect(await rejection(open(2))).toMatchObject(UNKNOWN);
	});

	it("is refused when the app's function fails, with its error", async () => {
		const failure = new Error("The own backend does not answer");
		const { open } = await start({ signers: () => Promise.reject(failure) });
		expect(await rejection(open(2))).toBe(failure);
	});

	it("is not taken for verified when it was stored before signatures were kept", async () => {
		const { open, beHonest, storage, requests } = await start();
		beHonest();
		await open(2);
		const item = (await storage.keys()).find((name) => name.startsWith("group_data_user_")) ?? "";
		const stored = await storage.getItem<{ keys: object[] }>(item);
		const keys = stored?.keys.map((key) => ({ ...key, signature: undefined, signed_by: undefined }));
		await storage.set(item, { ...stored, keys });
		requests.splice(0);
		expect((await open()).data).toMatchObject({ verify: 0, keys: [{ signature: "unverified" }] });
		expect(requests).toEqual([]);
		expect((await open(2)).data).toMatchObject({ verify: 2, keys: [{ signature: "verified" }] });
	});
});

describe("a group key with a signature of garbage, whose signer was deleted by the word of the API,", () => {
	const garbage = { group_key_sig: JSON.stringify({ x: "AAAA", k: "AAAA" }) };
	const deleted = answering(/\/verify_key\//, () => Response.json({ status: false, err_msg: "gone", err_code: 100 }));

	it("is refused, although the app lets the signer sign", async () => {
		const { user, open, lie, route, through } = await start({ signers: () => true });
		lie(route, instead({ ...forgedKey(user, puppet), ...garbage }));
		through(deleted);
		for (const verify of [1, 2]) expect(await rejection(open(verify))).toMatchObject({ code: "SIGNATURE_REQUIRED" });
	});

	it("is taken by the default instance, as by the reference client, and says so", async () => {
		const { user, open, lie, route, through } = await start({ require_signatures: false });
		lie(route, instead({ ...forgedKey(user, puppet), ...garbage }));
		through(deleted);
		expect((await open(2)).data.keys).toMatchObject([{ signature: "unverified", signed_by: signer }]);
	});
});
