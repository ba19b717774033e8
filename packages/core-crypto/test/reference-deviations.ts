import { expect } from "vitest";

/** Forms of failure that we do not copy from the reference client, and what we throw instead. */
const deviations: { form: RegExp; why: string; status(match: RegExpExecArray): unknown }[] = [
	{
		form: /^\{"status": (client_\d+), /,
		why: "the code lacks its quotes, so the text is not JSON: ours is, with the same code",
		status: (match) => match[1],
	},
	{
		form: /^trap/,
		why: "the reference client crashes: ours is a typed error of the nearest code",
		status: () => expect.stringMatching(/^client_(10|14|101|102)$/),
	},
];

/** The status our error has where the reference client threw this text. */
export function expectedStatus(referenceError: string): unknown {
	for (const { form, status } of deviations) {
		const match = form.exec(referenceError);
		if (match) return status(match);
	}
	return (JSON.parse(referenceError) as { status: string }).status;
}
