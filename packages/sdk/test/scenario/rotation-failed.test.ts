import type { KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { rejection, rotateKeys, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { KeyRotationUnfinished } from "../../src/index.js";
import { changing, untouched } from "../support/between.js";
import { type Device, firstDevice, idsOf, newest, nextDevice, OPEN } from "../support/rotating.js";

const api = await startApi();
afterAll(() => api.close());

describe("what one device can't take", () => {
	/** A phone and what waits for it: two rotations, either of the first key or the second of the first. */
	async function waiting(
		order: "at once" | "one after the other",
	): Promise<{ laptop: Device; phone: Device; ids: string[] }> {
		const laptop = await firstDevice(api);
		const phone = await nextDevice(api, laptop.user);
		const tablet = order === "at once" ? await nextDevice(api, laptop.user) : laptop;
		await rotateKeys(api, laptop.user);
		await rotateKeys(api, tablet.user);
		const ids = [newest(laptop.user), newest(tablet.user)];
		return { laptop, phone, ids: order === "at once" ? ids : idsOf(laptop.user).slice(1) };
	}

	const broken = ([first, ...others]: KeyRotationItem[]): unknown => [{ ...first, error: "broken" }, ...others];

	it("does not keep it from the others", async () => {
		const { phone, ids } = await waiting("at once");
		phone.through(changing(OPEN, broken));
		const error = await rejection(phone.user.finishKeyRotation());
		expect(error).toBeInstanceOf(KeyRotationUnfinished);
		expect(error).toMatchObject({
			status: "client_204",
			failures: [{ key_id: ids[0], error: { code: "KEY_ROTATION_FAILED" } }],
		});
		expect(newest(phone.user)).toBe(ids[1]);
		expect(idsOf(phone.user)).not.toContain(ids[0]);
		phone.through(untouched);
		await phone.user.finishKeyRotation();
		expect(idsOf(phone.user)).toContain(ids[0]);
		expect(newest(phone.user)).toBe(ids[1]);
	});

	it("is also what comes after it", async () => {
		const { phone, ids } = await waiting("one after the other");
		phone.through(changing(OPEN, broken));
		const error = await rejection(phone.user.finishKeyRotation());
		expect(error).toMatchObject({
			failures: [
				{ key_id: ids[0], error: { code: "KEY_ROTATION_FAILED" } },
				{ key_id: ids[1], error: { code: "KEY_NOT_FOUND" } },
			],
		});
		expect(idsOf(phone.user)).toHaveLength(1);
	});

	it("is not what comes in another order", async () => {
		const { laptop, phone } = await waiting("one after the other");
		phone.through(changing(OPEN, (items: KeyRotationItem[]) => items.toReversed()));
		await phone.user.finishKeyRotation();
		expect(idsOf(phone.user)).toEqual(idsOf(laptop.user));
		expect(newest(phone.user)).toBe(newest(laptop.user));
	});

	it("is data that can't be decoded, or an empty key id", async () => {
		const { phone } = await waiting("at once");
		phone.through(
			changing(OPEN, ([first, second]: KeyRotationItem[]) => [
				{ ...first, encrypted_group_key_by_ephemeral: "?" },
				{ ...second, previous_group_key_id: "" },
			]),
		);
		const error = await rejection(phone.user.finishKeyRotation());
		expect(error).toMatchObject({
			status: "client_203",
			failures: [{ error: { code: "KEY_ROTATION_INVALID" } }, { error: { code: "INVALID_INPUT" } }],
		});
		expect(idsOf(phone.user)).toHaveLength(1);
	});
});
