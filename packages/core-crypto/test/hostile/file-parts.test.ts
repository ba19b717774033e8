import { runs, tier } from "@sentc-ts/test-world/runs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createCrypto, type FilePartKey } from "../../src/index.js";
import { classicSigner, register } from "../account.js";
import { change, mutate, typed } from "../mutate.js";
import { providers } from "../support.js";

const contentKey = JSON.stringify({ Aes: { key: "arC+6MRgI3v4R+qacYWg15x+u9qVcoI73ZAFyDs9RDo=", key_id: "" } });
/** Where the head has the part's key: after `{"key":"`. */
const keyAt = { from: 8, to: 88 };

/** Signatures take their time: the quick tests try few. */
const thinned = (repeats: number): number => runs(tier === "quick" ? repeats / 4 : repeats);

interface Signer {
	signKey: string;
	verifyKey: string;
}

describe.each(providers)("a changed part: %s", (_, primitives) => {
	const crypto = createCrypto(primitives);
	let hybrid: Signer;
	beforeAll(() => {
		const { user } = register(crypto, { identifier: "user", password: "password" });
		hybrid = { signKey: user.signKey, verifyKey: user.exportedVerifyKey };
	});

	// 10,000 changed ones of both providers in the full tests, and as many that open.
	it.each<[name: string, repeats: number, signer: () => Signer | undefined]>([
		["unsigned", 4000, () => undefined],
		["signed by Ed25519", 800, () => classicSigner(primitives)],
		["signed by the hybrid", 200, () => hybrid],
	])("%s", (_name, repeats, signerOf) => {
		const signer = signerOf();
		const signing = signer ? { signKey: signer.signKey } : {};
		const verifying = signer ? { verifyKey: signer.verifyKey, requireSignature: true } : {};
		const chunk = fc.record({ data: fc.uint8Array({ maxLength: 100 }), isLast: fc.boolean(), isFirst: fc.boolean() });
		const region = fc.constantFrom("anywhere", "key", "payload");
		fc.assert(
			fc.property(chunk, region, change, ({ data, isLast, isFirst }, where, mutation) => {
				const key: FilePartKey = isFirst ? { contentKey } : { partKey: contentKey };
				const { part, partKey } = crypto.encryptFilePart({ key, data, isLast, ...signing });
				const open = (bytes: Uint8Array) => crypto.decryptFilePart({ key, data: bytes, ...verifying });
				const original = open(part);
				expect(original).toEqual({
					data,
					partKey,
					signature: signer ? "verified" : "none",
					position: isLast ? "last" : "not last",
				});

				const payloadAt = part.indexOf(0) + 1;
				const [from, to] =
					where === "key" ? [keyAt.from, keyAt.to] : where === "payload" ? [payloadAt, part.length] : [0, part.length];
				const changed = Uint8Array.from([
					...part.subarray(0, from),
					...mutate(part.subarray(from, to), mutation),
					...part.subarray(to),
				]);
				fc.pre(Buffer.compare(changed, part) !== 0);
				const opened = typed(() => open(changed));
				if (where === "anywhere") expect(opened ?? original).toEqual(original);
				else expect(opened).toBeUndefined();
			}),
			{ numRuns: thinned(repeats) },
		);
	});

	it("an unverified signature may change, and nothing else comes of it", () => {
		const { signKey } = classicSigner(primitives);
		const key = { contentKey };
		const { part } = crypto.encryptFilePart({ key, data: Uint8Array.of(1, 2, 3), isLast: true, signKey });
		const original = crypto.decryptFilePart({ key, data: part });
		fc.assert(
			fc.property(change, (mutation) => {
				const opened = typed(() => crypto.decryptFilePart({ key, data: mutate(part, mutation) }));
				expect(opened?.data ?? original.data).toEqual(original.data);
				expect(opened?.partKey ?? original.partKey).toBe(original.partKey);
			}),
			{ numRuns: thinned(1000) },
		);
	});
});
