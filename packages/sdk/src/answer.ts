import { EnvelopeError } from "@sentc-ts/transport";

/**
 * The API chooses neither which key is fetched nor under which id it is kept.
 *
 * @throws EnvelopeError when it answered another key than the one that was asked for
 */
export function requireSameId(asked: string, answered: string): void {
	if (asked !== answered)
		throw new EnvelopeError("ENVELOPE_MALFORMED", "The API answered another key than was asked for");
}
