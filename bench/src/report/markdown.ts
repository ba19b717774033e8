/** A table whose first column is text and whose others are numbers. Cells are as wide as their column, as formatters want it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? "").length)));
	const line = (cells: readonly string[]): string =>
		`| ${widths.map((width, column) => padded(cells[column] ?? "", width, column)).join(" | ")} |`;
	const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
	return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

const padded = (text: string, width: number, column: number): string =>
	column === 0 ? text.padEnd(width) : text.padStart(width);

/** Three digits. */
export function digits(value: number): string {
	return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Two digits. */
export function share(value: number): string {
	return value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
