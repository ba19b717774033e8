import {
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type HmacKey,
	hmacKeySchema,
	type SortableKey,
	sortableKeySchema,
	timeSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";

/** How the caller reaches a group (protocol/http-api §5). */
export type AccessBy =
	| "User"
	| { Parent: string }
	| { GroupAsUser: string }
	| { GroupAsUserAsParent: { parent: string; group_as_user: string } };
export const accessBySchema: z.ZodMiniType<AccessBy> = z.union([
	z.literal("User"),
	z.object({ Parent: z.string() }),
	z.object({ GroupAsUser: z.string() }),
	z.object({ GroupAsUserAsParent: z.object({ parent: z.string(), group_as_user: z.string() }) }),
]);

export interface GroupLightData {
	group_id: string;
	parent_group_id?: string | null | undefined;
	rank: number;
	created_time: number;
	joined_time: number;
	access_by: AccessBy;
	is_connected_group: boolean;
}
const groupLightShape = {
	group_id: z.string(),
	parent_group_id: z.nullish(z.string()),
	rank: z.int(),
	created_time: timeSchema,
	joined_time: timeSchema,
	access_by: accessBySchema,
	is_connected_group: z.boolean(),
};
export const groupLightDataSchema: z.ZodMiniType<GroupLightData> = z.object(groupLightShape);

export interface GroupServerData extends GroupLightData {
	/** Newest first, at most 50. */
	keys: GroupKeyServerOutput[];
	hmac_keys: HmacKey[];
	sortable_keys: SortableKey[];
	/** `true` = a key rotation waits to be finished by this member. */
	key_update: boolean;
}
export const groupServerDataSchema: z.ZodMiniType<GroupServerData> = z.object({
	...groupLightShape,
	keys: z.array(groupKeyServerOutputSchema),
	hmac_keys: z.array(hmacKeySchema),
	sortable_keys: z.array(sortableKeySchema),
	key_update: z.boolean(),
});

export interface GroupCreated {
	group_id: string;
}
export const groupCreatedSchema: z.ZodMiniType<GroupCreated> = z.object({ group_id: z.string() });

export interface GroupListItem {
	group_id: string;
	/** When the group was created, ms. */
	time: number;
	joined_time: number;
	rank: number;
	parent?: string | null | undefined;
}
export const groupListItemSchema: z.ZodMiniType<GroupListItem> = z.object({
	group_id: z.string(),
	time: timeSchema,
	joined_time: timeSchema,
	rank: z.int(),
	parent: z.nullish(z.string()),
});

export interface GroupUpdateCheck {
	key_update: boolean;
	rank: number;
}
export const groupUpdateCheckSchema: z.ZodMiniType<GroupUpdateCheck> = z.object({
	key_update: z.boolean(),
	rank: z.int(),
});

/** A key rotation that was started. */
export interface KeyRotationStarted {
	group_id: string;
	/** Id of the new key. */
	key_id: string;
}
export const keyRotationStartedSchema: z.ZodMiniType<KeyRotationStarted> = z.object({
	group_id: z.string(),
	key_id: z.string(),
});
