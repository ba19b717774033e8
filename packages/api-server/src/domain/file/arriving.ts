import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { Failure } from "../../failure.js";

/** Bytes that are left, by the id of what has a quota: file, user, app. */
export type Room = ReadonlyMap<string, number>;

/** An upload that has not ended. */
export interface Arrival {
	/** @throws Failure 522 when all that arrives has no room */
	add(bytes: number): void;
	end(): void;
}

/**
 * What is being uploaded in this process. Quotas have a part when it is whole; without this, many that never become so would fill the disk.
 */
export class Arriving {
	readonly #bytes: Map<string, number> = new Map();

	begin(room: Room): Arrival {
		let arrived = 0;
		const count = (bytes: number): void => {
			arrived += bytes;
			for (const id of room.keys()) {
				const all = (this.#bytes.get(id) ?? 0) + bytes;
				if (all === 0) this.#bytes.delete(id);
				else this.#bytes.set(id, all);
			}
		};
		return {
			add: (bytes) => {
				count(bytes);
				const fits = [...room].every(([id, left]) => (this.#bytes.get(id) ?? 0) <= left);
				if (!fits) throw new Failure(SERVER_ERRORS.FILE_QUOTA_EXCEEDED);
			},
			end: () => count(-arrived),
		};
	}
}
