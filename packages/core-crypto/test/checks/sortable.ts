import { type Check, failsAsReference, rows, type Sources, same } from "./check.js";

interface Sorted {
	number: number;
	alg: string;
	key_id: string;
}
interface Vectors {
	keys: { key: string; numbers: [plain: number, encrypted: number][]; strings: [plain: string, encrypted: number][] }[];
	object_output: { number: Sorted & { input: number }; string: Sorted & { input: string } };
	negative: { number: string; error: string }[];
	traces: { key: string; number: number; encrypted: number }[];
}

export function sortableChecks({ vectors }: Sources): Check[] {
	const { keys, object_output, negative, traces } = vectors<Vectors>("sortable");
	const [{ key }] = rows(keys);
	return [
		...rows(keys).flatMap(({ key, numbers, strings }, at): Check[] => [
			{
				name: `numbers by key ${at}`,
				async run(crypto) {
					const sorted = rows(numbers).map(([number]) => crypto.encryptSortableNumber({ key, number }));
					const results = (await Promise.all(sorted)).map(({ number }) => number);
					same(
						results,
						numbers.map(([, encrypted]) => encrypted),
					);
				},
			},
			{
				name: `texts by key ${at}`,
				async run(crypto) {
					for (const [text, encrypted] of rows(strings)) {
						same((await crypto.encryptSortableString({ key, text })).number, encrypted);
					}
				},
			},
		]),
		{
			name: "the whole answer",
			async run(crypto) {
				const { number, string } = object_output;
				const answer = ({ number, alg, key_id: keyId }: Sorted): object => ({ number, alg, keyId });
				same(await crypto.encryptSortableNumber({ key, number: number.input }), answer(number));
				same(await crypto.encryptSortableString({ key, text: string.input }), answer(string));
			},
		},
		...rows(negative).map(
			({ number, error }) =>
				({
					name: `refuses ${number}`,
					run: (crypto) => failsAsReference(crypto.encryptSortableNumber({ key, number: intOf(number) }), error),
				}) satisfies Check,
		),
		...rows(traces).map(
			({ key, number, encrypted }) =>
				({
					name: `the steps for ${number}`,
					run: async (crypto) => same((await crypto.encryptSortableNumber({ key, number })).number, encrypted),
				}) satisfies Check,
		),
	];
}

/** The largest of the reference client has 64 bits. */
const intOf = (text: string): number => Math.min(Number(text), Number.MAX_SAFE_INTEGER);
