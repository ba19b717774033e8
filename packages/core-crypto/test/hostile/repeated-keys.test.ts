import { describe, expect, it } from "vitest";
import type { GenerationSecrets } from "../../src/index.js";
import { code, invalid } from "../expected.js";
import { openGroupKey } from "../one.js";
import { crypto, meet } from "../scenario/people.js";

const { alice, group, groupRecord } = meet();

/** A whole generation of Alice's making. */
function made(id: string): GenerationSecrets {
	const data = crypto.prepareGroup({ creatorPublicKey: alice.user.publicKey });
	const key = { ...groupRecord, ...data, group_key_id: id, key_pair_id: id };
	const { groupKey, publicGroupKey: publicKey } = openGroupKey(crypto, { privateKey: alice.user.privateKey, key });
	return { groupKey, publicKey };
}

const renamed = (key: string, id: string): string => key.replace(/"key_id":"[^"]*"/, `"key_id":"${id}"`);

const old: GenerationSecrets = { groupKey: group.groupKey, publicKey: group.publicGroupKey };
const known = [made("first"), old, made("second")];
const find = (...arrived: GenerationSecrets[]): string[] => crypto.findRepeatedKeys({ arrived, known });

describe("an old group key under a new id", () => {
	it("is found, whatever pair comes with it", () => {
		expect(find({ ...made("new"), groupKey: renamed(old.groupKey, "new") })).toEqual(["new"]);
	});

	it("is found when both come for the first time", () => {
		const [one, other] = [made("one"), made("other")];
		expect(find(one, { ...other, groupKey: renamed(one.groupKey, "other") })).toEqual(["other"]);
	});
});

it("an old pair is found with a new group key", () => {
	expect(find({ ...made("new"), publicKey: renamed(old.publicKey, "new") })).toEqual(["new"]);
});

it("new keys are new, and a key is no repetition of itself", () => {
	expect(find(made("new"), old, made("newer"))).toEqual([]);
});

it("what is no key is refused", () => {
	expect(() => find({ ...old, groupKey: old.publicKey })).toThrow(code("KEY_STRING_INVALID"));
	expect(() => find({ ...old, publicKey: old.groupKey })).toThrow(code("KEY_STRING_INVALID"));
	expect(() => find({ groupKey: old.groupKey } as GenerationSecrets)).toThrow(invalid("arrived.0.publicKey"));
	expect(() => crypto.findRepeatedKeys({ arrived: [] } as never)).toThrow(invalid("known"));
});
