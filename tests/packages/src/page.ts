import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "./project.js";

const html = (head: string): string => `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8">
		<title>A page that uses the packages</title>
		<link rel="icon" href="data:,">
		${head}
	</head>
	<body>
		<output></output>
		<script type="module" src="main.js"></script>
	</body>
</html>
`;

/**
 * Writes a page into the project: `index.html`, its `main.js`, and beside it `journey.js`, which that may import.
 *
 * @param head more of the page's head
 * @returns the page's folder
 */
export async function createPage(project: Project, name: string, main: string, head = ""): Promise<string> {
	const folder = join(project.folder, name);
	await mkdir(folder);
	await writeFile(join(folder, "index.html"), html(head));
	await writeFile(join(folder, "main.js"), main);
	await copyFile(join(project.folder, "journey.js"), join(folder, "journey.js"));
	return folder;
}
