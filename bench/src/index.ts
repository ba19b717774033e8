import { parseArgs } from "node:util";
import { browserFileRows } from "./browser-files.js";
import { compareWithReference, showMedian } from "./comparison.js";
import { fileRows } from "./files.js";
import { type GroupSizes, largeGroupRows } from "./large-groups.js";
import { measure, type Row } from "./measure.js";
import { digits } from "./report/markdown.js";

const { values } = parseArgs({
	options: {
		/** Everything once and small, to see that it runs: the times say nothing. */
		smoke: { type: "boolean", default: false },
		/** Large files alone, with the memory they take. */
		files: { type: "boolean", default: false },
		/** Large groups alone, through the SDK and an API. */
		groups: { type: "boolean", default: false },
		only: { type: "string", default: "" },
		node: { type: "boolean", default: false },
		readme: { type: "boolean", default: false },
		/** Results of runs, of which the medians are printed; nothing is measured. */
		median: { type: "string", multiple: true, default: [] },
	},
});
const { files, groups, median, smoke } = values;

const sizes: GroupSizes = smoke
	? { members: [2, 4], keys: [2, 4] }
	: { members: [100, 1000, 10_000], keys: [10, 100, 1000] };

/** The reference client has no API of its own to be measured with. */
async function showAlone(rows: AsyncIterable<Row>): Promise<void> {
	for await (const row of rows) {
		const time = await measure(smoke ? { ...row, calls: 1, samples: 1 } : row);
		const each = row.per ? `${digits(time / row.per.count)} per ${row.per.what}` : "";
		console.log(`| ${row.name} | ${digits(time)} | ${each} |`);
	}
}

if (median.length > 0) await showMedian(median, values.readme);
else if (!files && !groups) await compareWithReference(values);
if (files || groups || smoke) console.log("\n| operation | ms | of it |\n| --- | ---: | ---: |");
if (files || smoke) await showAlone(fileRows(smoke ? 16 : 2048));
if (files || smoke) await showAlone(browserFileRows(smoke ? 16 : 2048));
if (groups || smoke) await showAlone(largeGroupRows(sizes));
