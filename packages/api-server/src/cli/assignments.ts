import type { EndpointOptions } from "@sentc-ts/transport/contract";
import { requireOptions } from "../domain/app/options.js";
import { misuse } from "./arguments.js";

/**
 * Reads endpoint options, each as `name=value`.
 *
 * @throws ApiStartError `CONFIG_INVALID`
 * @throws AppAdminError `OPTION_INVALID`
 */
export function readAssignments(texts: readonly string[]): Partial<EndpointOptions> {
	const options: Record<string, unknown> = Object.fromEntries(
		texts.map((text) => {
			const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
			if (name === undefined || value === undefined) throw misuse(`"${text}" is not name=value.`);
			return [name, /^\d$/.test(value) ? Number(value) : value];
		}),
	);
	requireOptions(options);
	return options;
}
