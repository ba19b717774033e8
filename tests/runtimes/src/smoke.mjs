// Starts the API by its command, on the Node that runs this, with whatever SQLite it takes; logs in and makes a group. Writes what
// came of it as JSON. The one argument is the command's script.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createSentc } from "@sentc-ts/sdk";

const folder = await mkdtemp(join(tmpdir(), "sentc-runtime-"));
const args = [process.argv[2], "serve", "--port", "0", "--lax"];
const server = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
try {
	const [line] = await once(createInterface(server.stdout), "line", { signal: AbortSignal.timeout(60_000) });
	const { url: base_url, public_token: app_token } = JSON.parse(line);
	const sentc = createSentc({ base_url, app_token });
	await sentc.init();
	const userId = await sentc.register("ada", "correct horse battery staple");
	const user = await sentc.login("ada", "correct horse battery staple", true);
	const group = await user.getGroup(await user.createGroup());
	const text = await group.decryptString(await group.encryptString("a note", true), true, userId);
	const libraries = process.platform === "linux" ? await readFile(`/proc/${server.pid}/maps`, "utf8") : "";
	console.log(JSON.stringify({ text, libsql: libraries.includes("libsql") }));
	server.kill("SIGTERM");
	await once(server, "exit");
} finally {
	server.kill("SIGKILL");
	await rm(folder, { recursive: true, force: true });
}
