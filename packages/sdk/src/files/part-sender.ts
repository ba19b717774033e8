import { ApiError } from "@sentc-ts/transport";
import { fileRoutes } from "@sentc-ts/transport/contract";
import { FileError } from "../file-errors.js";
import type { Session } from "../session/session.js";
import { isKept } from "./download.js";
import { listParts } from "./meta.js";
import { ATTEMPTS, isPassing, partTimeout, pauseAfter } from "./transfer.js";

/** Where parts go. */
export interface UploadTarget {
	readonly session: Session;
	/** Id of the upload session at the API. */
	readonly sessionId: string;
	/** Unknown where the app registered the file apart: then nothing can be looked up, and no part is sent a second time. */
	readonly fileId: string | undefined;
}

/** A part as it is sent. */
export interface SendablePart {
	readonly sequence: number;
	readonly isLast: boolean;
	readonly part: Uint8Array;
	/** Is it one whose first sending may have come to its end, and that has the same key? */
	readonly isAgain: boolean;
}

/**
 * Sends parts. When an answer gets lost it looks whether the part is there before it sends the same bytes once more: the reference's API
 * would keep both.
 */
export class PartSender {
	readonly #target: UploadTarget;
	readonly #signal: AbortSignal;
	#doubtful = false;

	constructor(target: UploadTarget, signal: AbortSignal) {
		this.#target = target;
		this.#signal = signal;
	}

	/** May a part be at the API twice? */
	get doubtful(): boolean {
		return this.#doubtful;
	}

	/**
	 * @throws FileError `UPLOAD_LOST` when the API ended the session, or has the part twice
	 * @throws RequestError, EnvelopeError, ApiError when it does not go on after some time
	 */
	async send(part: SendablePart): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#post(part);
			} catch (error) {
				if (this.#target.fileId === undefined || this.#signal.aborted) throw error;
				const passing = isPassing(error);
				if (passing) await pauseAfter(error, attempt, this.#signal);
				else if (!(error instanceof ApiError)) throw error;
				if (await this.#isStored(part.sequence)) {
					// What was refused is not what is there: somebody else goes on with the same upload.
					if (passing || part.isAgain) return;
					throw new FileError("UPLOAD_LOST", error);
				}
				if (!passing) throw hasEnded(error) ? new FileError("UPLOAD_LOST", error) : error;
				if (attempt === ATTEMPTS) throw error;
				this.#doubtful = true;
			}
		}
	}

	async #post({ sequence, isLast, part }: SendablePart): Promise<void> {
		const { session, sessionId } = this.#target;
		const { client, filePartUrl } = session.context;
		await client.call(fileRoutes.uploadFilePart, {
			jwt: await session.getJwt(),
			params: { session_id: sessionId, seq: String(sequence), end: String(isLast) },
			body: part,
			prefixUrl: filePartUrl,
			timeout: partTimeout(session.context),
			signal: this.#signal,
		});
	}

	async #isStored(sequence: number): Promise<boolean> {
		const { session, fileId } = this.#target;
		if (fileId === undefined) return false;
		const [first, second] = await listParts(session, fileId, sequence - 1, this.#signal);
		if (second?.sequence === sequence) throw new FileError("UPLOAD_LOST");
		return first?.sequence === sequence && isKept(session, first, this.#signal);
	}
}

function hasEnded(error: unknown): boolean {
	return (
		error instanceof ApiError && (error.code === "FILE_SESSION_NOT_FOUND" || error.code === "FILE_SESSION_EXPIRED")
	);
}
