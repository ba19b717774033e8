import type { ByteStream } from "@sentc-ts/transport/contract";
import { isId } from "../ids.js";

/** Where the API keeps the encrypted parts of files. A part never changes. */
export interface PartStorage {
	/**
	 * Stores a part as it comes, without holding all of it in memory. A part whose writing fails, or whose process ends, may leave
	 * something behind, which {@link PartStorage.read} does not find and {@link PartStorage.remove} removes.
	 *
	 * @param partId UUID
	 * @throws what the stream fails with, as it is
	 */
	write(partId: string, bytes: ReadableStream<Uint8Array>): Promise<void>;
	/** @returns `undefined` when there is no such part */
	read(partId: string): Promise<ByteStream | undefined>;
	/** Removes a part, and whatever a failed {@link PartStorage.write} left; one that is not there is no error. */
	remove(partId: string): Promise<void>;
}

/**
 * By what a part is called in a storage.
 *
 * @throws TypeError for what is no UUID: it could lead to another place
 */
export function idOf(partId: string): string {
	if (!isId(partId)) throw new TypeError("A part is called by a UUID");
	return partId.toLowerCase();
}
