/** Forms of failure that we do not copy from the reference client, and what we throw instead. */
const deviations: { form: RegExp; why: string; status(match: RegExpExecArray): RegExp }[] = [
	{
		form: /^\{"status": (client_\d+), /,
		why: "the code lacks its quotes, so the text is not JSON: ours is, with the same code",
		status: ([, code]) => new RegExp(`^${code}$`),
	},
	{
		form: /^trap/,
		why: "the reference client crashes: ours is a typed error of the nearest code",
		status: () => /^client_(10|14|101|102)$/,
	},
];

/** The status our error has where the reference client threw this text. */
export function expectedStatus(referenceError: string): RegExp {
	for (const { form, status } of deviations) {
		const match = form.exec(referenceError);
		if (match) return status(match);
	}
	return new RegExp(`^${(JSON.parse(referenceError) as { status: string }).status}$`);
}
