import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { Group, RotationPending } from "../../src/index.js";
import { answering, changing, isOn, notFound } from "../support/between.js";
import { join, keyIds, type Member, newGroup, newMember, readEachOther } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

const crypto = createCrypto();

const START = /^POST \/group\/[\w-]+\/key_rotation$/;
const KEY = /^GET \/group\/[\w-]+\/key\//;
const OPEN = /^GET \/group\/[\w-]+\/key_rotation$/;
const DUE = /^GET \/group\/[\w-]+\/rotation_due\//;
const KICK = /^PUT \/group\/[\w-]+\/kick\//;

async function newPair(sign = false): Promise<{ ada: Member; bob: Member; adas: Group; bobs: Group }> {
	const [ada, bob] = [await newMember(api, { signers: () => true }), await newMember(api, { signers: () => true })];
	const adas = await newGroup(ada.user, sign);
	return { ada, bob, adas, bobs: await join(adas, bob.user, 2) };
}

/** A generation that the API made for a member, whose public key it knows. */
function foreignKey(victim: Member, genuine: GroupKeyServerOutput): GroupKeyServerOutput {
	const made = crypto.prepareGroup({ creatorPublicKey: victim.user.getNewestPublicKey() });
	const { creator_public_key_id, encrypted_hmac_key, encrypted_sortable_key, ...record } = made;
	return { ...genuine, ...record, user_public_key_id: creator_public_key_id };
}

describe("an API that lies to who rotates the keys of a group", () => {
	const lies: [string, (key: GroupKeyServerOutput, victim: Member) => GroupKeyServerOutput][] = [
		["another id", (key) => ({ ...key, group_key_id: "another" })],
		["another id of the pair", (key) => ({ ...key, key_pair_id: "another" })],
		["a key of its own", (key, victim) => foreignKey(victim, key)],
		["another public key", (key, victim) => ({ ...key, public_group_key: foreignKey(victim, key).public_group_key })],
		[
			"another signer",
			(key) => ({ ...key, signed_by_user_id: "another", signed_by_user_sign_key_id: "k", group_key_sig: "s" }),
		],
	];

	it.each(lies)("can't have it use %s", async (_, lie) => {
		const { ada, adas } = await newPair();
		const [first] = keyIds(adas);
		ada.through(changing(KEY, (key: GroupKeyServerOutput) => lie(key, ada)));
		expect(await rejection(adas.keyRotation())).toMatchObject({ code: "ANSWER_FORGED" });
		expect(adas.data.newest_key_id).toBe(first);
		expect(keyIds(adas)).toEqual([first]);
	});

	it("can't do it to another group", async () => {
		const { ada, adas } = await newPair();
		ada.through(changing(START, (answer) => ({ ...answer, group_id: "another" })));
		expect(await rejection(adas.keyRotation())).toMatchObject({ code: "ANSWER_FORGED", what: "group" });
		expect(keyIds(adas)).toHaveLength(1);
	});

	it("can't answer the key that is there already", async () => {
		const { ada, adas } = await newPair();
		const [first = ""] = keyIds(adas);
		ada.through(changing(START, (answer) => ({ ...answer, key_id: first })));
		expect(await rejection(adas.keyRotation())).toMatchObject({ code: "ANSWER_FORGED" });
		expect(keyIds(adas)).toEqual([first]);
	});
});

describe("an API that lies to who finishes a rotation", () => {
	it.each<[string, (item: KeyRotationItem) => Partial<KeyRotationItem>, string]>([
		[
			"with a sealed key of its own",
			() => ({ encrypted_group_key_by_ephemeral: btoa("x".repeat(60)) }),
			"DECRYPTION_FAILED",
		],
		["with an error of its own", () => ({ error: "no" }), "KEY_ROTATION_FAILED"],
		["with a signature of its own", () => ({ group_key_sig: "{}" }), "GROUP_KEY_VERIFICATION_FAILED"],
		["with no signature", () => ({ group_key_sig: null }), "SIGNATURE_REQUIRED"],
	])("gets no upload: %s", async (_, lie, code) => {
		const { adas, bob, bobs } = await newPair(true);
		const { group_key_id: id } = await adas.keyRotation(true);
		await api.runJobs();
		bob.through(changing(OPEN, (items: KeyRotationItem[]) => items.map((item) => ({ ...item, ...lie(item) }))));
		bob.requests.length = 0;
		expect(await rejection(bobs.finishKeyRotation(2))).toMatchObject({ failures: [{ key_id: id, error: { code } }] });
		expect(bob.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
		bob.beHonest();
		await bobs.finishKeyRotation(2);
		expect(await readEachOther(adas, bobs)).toBe(true);
	});

	it("can't have a key of its own used in the place of the one that was finished", async () => {
		const { adas, bob, bobs } = await newPair();
		await adas.keyRotation();
		await api.runJobs();
		bob.through(changing(KEY, (key: GroupKeyServerOutput) => foreignKey(bob, key)));
		expect(await rejection(bobs.finishKeyRotation())).toMatchObject({
			failures: [{ error: { code: "ANSWER_FORGED" } }],
		});
		expect(keyIds(bobs)).toHaveLength(1);
	});

	it("can't show an old key under a new id as the newest", async () => {
		const { bob, bobs } = await newPair();
		bob.through(
			changing(/^GET \/group\/[\w-]+\/keys\//, (keys: GroupKeyServerOutput[]) => {
				const [old] = keys;
				return old
					? [{ ...old, group_key_id: "made-up", key_pair_id: "made-up", time: old.time + 1000 }, ...keys]
					: keys;
			}),
		);
		expect(await rejection(bobs.finishKeyRotation())).toMatchObject({ code: "ANSWER_FORGED", what: "rotation" });
		expect(bobs.data.newest_key_id).toBe(keyIds(bobs)[0]);
	});

	it("can't slip in a key that nobody signed where signatures are asked for", async () => {
		const { adas, bob, bobs } = await newPair(true);
		bob.through(
			changing(/^GET \/group\/[\w-]+\/keys\//, (keys: GroupKeyServerOutput[]) => {
				const [genuine] = keys;
				if (!genuine) return keys;
				const forged = {
					...foreignKey(bob, genuine),
					group_key_id: "forged",
					key_pair_id: "forged",
					time: genuine.time + 1000,
				};
				return [{ ...forged, signed_by_user_id: null, signed_by_user_sign_key_id: null, group_key_sig: null }, ...keys];
			}),
		);
		expect(await rejection(bobs.finishKeyRotation(2))).toMatchObject({
			failures: [{ key_id: "forged", error: { code: "SIGNATURE_REQUIRED" } }],
		});
		expect(bobs.data.newest_key_id).toBe(adas.data.newest_key_id);
	});
});

describe("an API that lies about a removal", () => {
	it.each([
		["for another group", { group_id: "another", key_id: "k" }],
		["without a key or a reason", { key_id: null, refused: null }],
	])("is found out: %s", async (_, lie) => {
		const { ada, adas, bob } = await newPair();
		ada.through(changing(KICK, (answer) => ({ ...answer, ...lie })));
		const refused = await rejection(adas.kickUser(bob.id));
		expect(JSON.stringify(refused)).toContain("ANSWER_FORGED");
		expect(keyIds(adas)).toHaveLength(1);
	});

	it("can't hide that a removal was refused behind a rotation", async () => {
		const { ada, adas, bob } = await newPair();
		const refusal = () => Response.json({ status: false, err_code: 316, err_msg: "no" }, { status: 400 });
		ada.through(answering(KICK, refusal));
		expect(await rejection(adas.kickUser(bob.id))).toMatchObject({ name: "ApiError", status: "server_316" });
	});

	it("can't make a removal look like one that failed by hiding what is due below the group", async () => {
		const { ada, adas, bob, bobs } = await newPair();
		ada.through(answering(DUE, notFound));
		expect(await rejection(adas.kickUser(bob.id))).toMatchObject({
			code: "ROTATION_PENDING",
			failures: [{ group_id: adas.data.group_id }],
		});
		expect(await rejection(bobs.groupUpdateCheck())).toMatchObject({ status: "server_310" });
	});

	it("can't keep a client looking for groups below without end", async () => {
		const { ada, adas } = await newPair();
		let made = 0;
		const due = (): object => ({ group_id: `made-up-${++made}`, time: made });
		ada.through(async (request, send) => {
			if (isOn(DUE, request)) return Response.json({ status: true, result: Array.from({ length: 50 }, due) });
			return request.url.includes("made-up") ? notFound() : send();
		});
		const { code, failures } = (await rejection(adas.rotateDueKeys())) as RotationPending;
		expect(code).toBe("ROTATION_PENDING");
		expect(failures.at(-1)?.error).toMatchObject({ code: "ANSWER_FORGED", what: "group" });
		expect(made).toBeLessThan(2000);
	});

	it("can't have a client rotate the same group again and again", async () => {
		const { ada, adas } = await newPair();
		const child = await adas.createChildGroup();
		ada.through(changing(DUE, () => [{ group_id: child, time: 1 }]));
		ada.requests.length = 0;
		await adas.rotateDueKeys();
		expect(ada.requests.filter((request) => DUE.test(request))).toHaveLength(2);
		expect(ada.requests.filter((request) => START.test(request))).toEqual([]);
	});
});
