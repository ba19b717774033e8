import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import { addDevice, rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { changing } from "../support/between.js";
import { forgedKey, withOldSecret } from "../support/forged-group.js";
import { join, keyIds, type Member, newGroup, newMember, readEachOther } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

const LIST = /^GET \/group\/[\w-]+\/keys\//;

/** Puts a key that is newer than the genuine ones into the list of keys. */
const newest = (forge: (genuine: GroupKeyServerOutput) => Promise<object> | object): ReturnType<typeof changing> => {
	return async (request, send) => {
		const { result } = await (await changing(LIST, (keys) => keys)(request, send)).clone().json();
		const [genuine] = Array.isArray(result) ? (result as GroupKeyServerOutput[]) : [];
		const ids = { group_key_id: "made-up", key_pair_id: "made-up" };
		const forged = genuine && { ...genuine, ...ids, time: genuine.time + 1000, ...(await forge(genuine)) };
		return changing(LIST, (keys: unknown) => [forged, ...(keys as object[])])(request, send);
	};
};

async function signedPair(options: object): Promise<{ ada: Member; bob: Member; adas: Group; bobs: Group }> {
	const [ada, bob] = [await newMember(api), await newMember(api, options)];
	const adas = await newGroup(ada.user, true);
	return { ada, bob, adas, bobs: await join(adas, bob.user, 2) };
}

describe("an API, together with a removed member who has an old group key,", () => {
	it("can't have it used as the newest one, with a pair of its own and the old signature", async () => {
		const { adas, bob, bobs } = await signedPair({ signers: () => true });
		const [old] = adas.data.keys;
		bob.through(newest((genuine) => withOldSecret(bob.user, genuine, old?.group_key ?? "")));
		expect(await rejection(bobs.finishKeyRotation(2))).toMatchObject({ code: "ANSWER_FORGED", what: "rotation" });
		expect(bobs.data.newest_key_id).toBe(old?.group_key_id);
		expect(keyIds(bobs)).toEqual(keyIds(adas));
	});
});

describe("an API that makes up a newer key for a member who asked for no verification", () => {
	it("can't have it used unsigned where the key before is signed", async () => {
		const { adas, bob, bobs } = await signedPair({});
		bob.through(newest(() => forgedKey(bob.user)));
		const failures = [{ key_id: "made-up", error: { code: "SIGNATURE_REQUIRED" } }];
		expect(await rejection(bobs.finishKeyRotation())).toMatchObject({ failures });
		expect(bobs.data.newest_key_id).toBe(adas.data.newest_key_id);
	});

	it("can't have it used with the signature of a user whom it registered", async () => {
		const { adas, bob, bobs } = await signedPair({});
		const puppet = await newMember(api);
		bob.through(newest(() => forgedKey(bob.user, puppet.user)));
		const failures = [{ key_id: "made-up", error: { code: "SIGNER_UNKNOWN" } }];
		expect(await rejection(bobs.finishKeyRotation())).toMatchObject({ failures });
		expect(bobs.data.newest_key_id).toBe(adas.data.newest_key_id);
	});

	it("has its way with the default instance, as with the reference client", async () => {
		const { bob, bobs } = await signedPair({ require_signatures: false });
		bob.through(newest(() => forgedKey(bob.user)));
		await bobs.finishKeyRotation();
		expect(bobs.data.newest_key_id).toBe("made-up");
	});
});

it("a signed key is followed by a signed one, which the other devices of a user take", async () => {
	const { bob, bobs } = await signedPair({});
	const laptop = await addDevice(api, bob.user, { worker: false });
	const onLaptop = await laptop.user.getGroup(bobs.data.group_id);
	expect(await bobs.keyRotation()).toMatchObject({ signed_by: { user_id: bob.id } });
	await onLaptop.finishKeyRotation();
	expect(await readEachOther(bobs, onLaptop)).toBe(true);
});
