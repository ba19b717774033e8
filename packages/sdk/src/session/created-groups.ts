import { InvalidInput } from "@sentc-ts/core-crypto";
import { type GroupCreateData, groupCreateDataSchema } from "@sentc-ts/core-crypto/wire";
import type { GroupServerData } from "@sentc-ts/transport/contract";
import { AnswerForged } from "../errors.js";
import { checkText } from "../input.js";

/** How many groups are remembered, some 5 kB each. */
const REMEMBERED = 100;

/** What the creator made, and only the holder of the creator's private key and the group key can open. */
type CreatedKey = Pick<
	GroupCreateData,
	"encrypted_group_key" | "encrypted_private_group_key" | "public_group_key" | "creator_public_key_id"
>;

/** The keys of groups that were created here, until they are fetched for the first time; the oldest first. */
export class CreatedGroups {
	readonly #keys = new Map<string, CreatedKey>();

	add(group_id: string, created: CreatedKey): void {
		this.#keys.set(group_id, created);
		const [oldest] = this.#keys.keys();
		if (this.#keys.size > REMEMBERED && oldest !== undefined) this.#keys.delete(oldest);
	}

	delete(group_id: string): void {
		this.#keys.delete(group_id);
	}

	/**
	 * The answer as far as the creator knows that it is true: another device may have made a newer key, but here only the API says so.
	 * Such a key is fetched when it is needed, to decrypt.
	 *
	 * @throws AnswerForged when the key that was made is not in it
	 */
	asCreated(answer: GroupServerData): GroupServerData {
		const created = this.#keys.get(answer.group_id);
		if (!created) return answer;
		const key = answer.keys.find(
			(record) =>
				record.encrypted_group_key === created.encrypted_group_key &&
				record.encrypted_private_group_key === created.encrypted_private_group_key &&
				record.public_group_key === created.public_group_key &&
				record.user_public_key_id === created.creator_public_key_id,
		);
		if (!key) throw new AnswerForged("group", "The API answered the group without the key that was made for it");
		const id = key.group_key_id;
		return {
			...answer,
			keys: [key],
			hmac_keys: answer.hmac_keys.filter((hmacKey) => hmacKey.encrypted_hmac_encryption_key_id === id),
			sortable_keys: answer.sortable_keys.filter((sortable) => sortable.encrypted_sortable_encryption_key_id === id),
		};
	}
}

/** @throws InvalidInput `prepared_input` unless it is what `prepareGroupCreate` answered */
export function readPreparedGroup(prepared_input: string): CreatedKey {
	checkText("prepared_input", prepared_input);
	try {
		return groupCreateDataSchema.parse(JSON.parse(prepared_input));
	} catch {
		throw new InvalidInput("prepared_input", "must be what prepareGroupCreate answered");
	}
}
