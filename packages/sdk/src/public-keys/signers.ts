import { InvalidInput } from "@sentc-ts/core-crypto";
import { SignerUnknown } from "../errors.js";
import type { GroupKeySigner } from "../types.js";
import type { PublicKeys } from "./public-keys.js";
import type { OwnUser } from "./types.js";

/** Does the signature of that user count? */
export type SignerPolicy = (signer: GroupKeySigner) => boolean | Promise<boolean>;

/**
 * @returns `undefined` = everybody's counts: without required signatures the API could leave them out as well
 * @throws InvalidInput `signers`
 */
export function signerPolicy(signers: unknown, requireSignatures: boolean): SignerPolicy | undefined {
	if (signers !== undefined && typeof signers !== "function") throw new InvalidInput("signers", "must be a function");
	if (signers !== undefined && !requireSignatures) throw new InvalidInput("signers", "needs require_signatures");
	return requireSignatures ? ((signers as SignerPolicy | undefined) ?? (({ known }) => known)) : undefined;
}

/** Asked before a key of the signer is fetched: fetching it would make the signer known. */
export async function refusedSigner(
	{ publicKeys, signers }: { readonly publicKeys: PublicKeys; readonly signers: SignerPolicy | undefined },
	own: OwnUser,
	signer: Omit<GroupKeySigner, "known">,
): Promise<SignerUnknown | undefined> {
	if (!signers) return undefined;
	const known = await publicKeys.knows(signer.user_id, own);
	const counts = await signers({ ...signer, known });
	return counts === true ? undefined : new SignerUnknown(signer.group_id, signer.user_id, signer.verify_key_id);
}
