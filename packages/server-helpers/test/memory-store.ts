import type { PartStore } from "../src/index.js";

/** A store in memory: each part is there when all of it is. */
export class MemoryStore implements PartStore {
	readonly parts = new Map<string, Uint8Array<ArrayBuffer>>();
	/** What is left of writing that failed, as in a folder. */
	readonly unfinished = new Set<string>();
	/** How many parts were removed at the same time at most. */
	busiest = 0;
	#removing = 0;
	/** Fails instead of working. */
	broken = false;

	async write(partId: string, bytes: ReadableStream<Uint8Array>): Promise<void> {
		if (this.unfinished.has(partId)) throw new Error("the file exists");
		this.unfinished.add(partId);
		const part = new Uint8Array(await new Response(bytes as BodyInit).arrayBuffer());
		this.#work();
		this.parts.set(partId, part);
		this.unfinished.delete(partId);
	}
	async read(partId: string) {
		const part = this.parts.get(partId);
		return part && { stream: new Blob([part]).stream() as ReadableStream<Uint8Array>, length: part.length };
	}
	async remove(partId: string): Promise<void> {
		this.#work();
		this.busiest = Math.max(this.busiest, ++this.#removing);
		await Promise.resolve();
		this.#removing--;
		this.unfinished.delete(partId);
		this.parts.delete(partId);
	}
	#work(): void {
		if (this.broken) throw new Error("the disk is full");
	}
}
