import { randomBytes } from "node:crypto";
import { watch } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { compileOnEdit } from "./dev/compile.js";
import { RestartableServers } from "./dev/restart.js";
import { readOptions } from "./options.js";

/**
 * `npm run dev`: after each edit of a package, a server file or the page, what has changed is compiled, the page is built, and the
 * servers start again, which lets open pages load again. An edit with an error changes nothing: the error is shown, and what ran
 * before goes on.
 */
const app = fileURLToPath(new URL("..", import.meta.url));
const root = join(app, "../..");
const helpDeskPassword = randomBytes(12).toString("base64url");
const options = readOptions(process.argv.slice(2), ["port", "notes-port", "api-port", "data"]);
const servers = new RestartableServers({ ...options, data: resolve(root, options.data) }, helpDeskPassword);

const apps = [app, join(root, "apps/group-notes")];
const sources = (folder: string): string => join(folder, "src/page");

/** An editor saves in several steps, and where scripts are saved too, the compiler has the first word. */
const SETTLE_MS = 400;

let errors = 0;
let edited = false;
let busy = false;
let up = false;

/** One round at a time; what is edited meanwhile gets another one. */
async function goLive(): Promise<void> {
	edited = true;
	if (busy) return;
	busy = true;
	while (edited && errors === 0) {
		edited = false;
		if (await buildPages()) await restart();
	}
	busy = false;
}

async function buildPages(): Promise<boolean> {
	try {
		for (const folder of apps) {
			const page = { root: sources(folder), configFile: join(folder, "vite.config.ts"), logLevel: "warn" } as const;
			// Files of the last page stay: browsers may still load them.
			await build({ ...page, build: { emptyOutDir: false, minify: false } });
		}
		return true;
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		return false;
	}
}

async function restart(): Promise<void> {
	const running = await servers.restart();
	if (!running) console.error("The servers do not run; the next edit starts them again.");
	else if (up) console.log("The edit is live.");
	else {
		up = true;
		const { apiUrl, backendUrl, notesUrl } = running;
		console.log(`API          ${apiUrl}\nown backend  ${backendUrl}\nhelp desk    ${helpDeskPassword}`);
		console.log(`group notes  ${notesUrl}`);
		console.log("Edit any file of a package or of the app: it is live within seconds. Ctrl+C ends everything.");
	}
}

async function end(): Promise<void> {
	await servers.end();
	process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end());
const projects = apps.flatMap((folder) => [join(folder, "tsconfig.build.json"), join(folder, "tsconfig.page.json")]);
compileOnEdit(projects, root, (count) => {
	errors = count;
	void goLive();
});
// HTML and styles are of no interest to the compiler.
let settling: NodeJS.Timeout | undefined;
for (const folder of apps) {
	watch(sources(folder), { recursive: true }, (_event, file) => {
		if (/\.tsx?$/.test(file ?? "")) return;
		clearTimeout(settling);
		settling = setTimeout(goLive, SETTLE_MS);
	});
}
