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
const options = readOptions(process.argv.slice(2), ["port", "api-port", "data"]);
const servers = new RestartableServers({ ...options, data: resolve(root, options.data) }, helpDeskPassword);

const page = { root: join(app, "src/page"), configFile: join(app, "vite.config.ts"), logLevel: "warn" } as const;

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
		if (await buildPage()) await restart();
	}
	busy = false;
}

async function buildPage(): Promise<boolean> {
	try {
		// Files of the last page stay: browsers may still load them.
		await build({ ...page, build: { emptyOutDir: false, minify: false } });
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
		console.log(`API          ${running.apiUrl}\nown backend  ${running.backendUrl}\nhelp desk    ${helpDeskPassword}`);
		console.log("Edit any file of a package or of the app: it is live within seconds. Ctrl+C ends everything.");
	}
}

async function end(): Promise<void> {
	await servers.end();
	process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end());
compileOnEdit([join(app, "tsconfig.build.json"), join(app, "tsconfig.page.json")], root, (count) => {
	errors = count;
	void goLive();
});
// HTML and styles are of no interest to the compiler.
let settling: NodeJS.Timeout | undefined;
watch(join(app, "src/page"), { recursive: true }, (_event, file) => {
	if (file?.endsWith(".ts")) return;
	clearTimeout(settling);
	settling = setTimeout(goLive, SETTLE_MS);
});
