import type { KeyRotationData } from "@sentc-ts/core-crypto/wire";
import type { KeyRotationStarted } from "@sentc-ts/transport/contract";
import type { GroupOptions } from "../app/app.js";
import type { KeyHolder } from "../key/holder.js";
import { startKeyRotation } from "../key/rotation.js";
import type { Services } from "../services.js";
import { type GroupAccess, groupHolder, renewAccess, requireRank } from "./access.js";

/** protocol/http-api §14.1 for groups. @throws Failure 301, 321 by the options of the app */
export async function rotateGroupKeys(
	services: Services,
	access: GroupAccess,
	data: KeyRotationData,
	{ max_key_rotation_month, min_rank_key_rotation }: GroupOptions,
): Promise<KeyRotationStarted> {
	requireRank(access, min_rank_key_rotation);
	const holder = groupHolder(access);
	const ranked: KeyHolder = {
		...holder,
		recheck: async (db) => {
			await holder.recheck?.(db);
			requireRank(await renewAccess(db, access), min_rank_key_rotation);
		},
	};
	return startKeyRotation(services, ranked, data, max_key_rotation_month);
}
