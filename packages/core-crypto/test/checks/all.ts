import { accountChecks } from "./account.js";
import type { Check, Sources } from "./check.js";
import { contentChecks } from "./content.js";
import { contentKeyChecks } from "./content-key.js";
import { curveChecks } from "./curves.js";
import { fileChecks } from "./file.js";
import { groupChecks } from "./group.js";
import { groupRotationChecks } from "./group-rotation.js";
import { keyChecks } from "./keys.js";
import { passwordChecks } from "./password.js";
import { passwordChangeChecks } from "./password-change.js";
import { publicKeyChecks } from "./public-keys.js";
import { recordedGroupChecks } from "./recorded-group.js";
import { rotationChecks } from "./rotation.js";
import { searchableChecks } from "./searchable.js";
import { signatureChecks } from "./signatures.js";
import { sortableChecks } from "./sortable.js";

const topics: Record<string, (sources: Sources) => Check[]> = {
	password: passwordChecks,
	"password change": passwordChangeChecks,
	account: accountChecks,
	rotation: rotationChecks,
	keys: keyChecks,
	group: groupChecks,
	"group rotation": groupRotationChecks,
	"recorded group": recordedGroupChecks,
	content: contentChecks,
	"content key": contentKeyChecks,
	file: fileChecks,
	searchable: searchableChecks,
	sortable: sortableChecks,
	signatures: signatureChecks,
	"public keys": publicKeyChecks,
	curves: curveChecks,
};

/** Is it about passwords? Their derivation takes most of the time of all checks, and is the same code on every path. */
export const derivesPasswords = (name: string): boolean => /^password( change)?:/.test(name);

/** Every vector, as checks whose names are unique. */
export function allChecks(sources: Sources): Check[] {
	const names = new Map<string, number>();
	return Object.entries(topics).flatMap(([topic, checks]) =>
		checks(sources).map(({ name, run }) => {
			const full = `${topic}: ${name}`;
			const seen = (names.get(full) ?? 0) + 1;
			names.set(full, seen);
			return { name: seen === 1 ? full : `${full} (${seen})`, run };
		}),
	);
}
