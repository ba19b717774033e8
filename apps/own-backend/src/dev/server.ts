import { readOptions } from "../options.js";
import { keptPlace, startServers } from "../servers.js";
import type { Running } from "./restart.js";

/** The process that `npm run dev` replaces after each edit. It ends when its parent says so, and when its parent has gone. */
const leaving = new Promise((resolve) => process.once("disconnect", resolve));
process.once("SIGTERM", () => process.connected && process.disconnect());
process.on("SIGINT", () => undefined); // Ctrl-C in a terminal reaches every process: the parent decides

try {
	const options = readOptions(process.argv.slice(2), ["port", "notes-port", "api-port", "data"]);
	const helpDeskPassword = process.env["SENTC_HELP_DESK_PASSWORD"];
	const servers = await startServers({ ...keptPlace(options), helpDeskPassword, liveReload: true });
	const { apiUrl, backendUrl, notesUrl } = servers;
	if (process.connected) process.send?.({ apiUrl, backendUrl, notesUrl } satisfies Running);
	await leaving;
	await servers.close();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
}
