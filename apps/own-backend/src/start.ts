import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { walkJourney } from "./journey.js";
import { readOptions } from "./options.js";
import { keptPlace, type Servers, startServers } from "./servers.js";

const helpDeskPassword = randomBytes(12).toString("base64url");

/** `--once`: a place of its own, which is gone afterwards. */
async function visitOnce(host: string | undefined): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "sentc-ts-"));
	try {
		const servers = await startServers({
			database: join(folder, "sentc.db"),
			profiles: join(folder, "own-backend.db"),
			notes: join(folder, "group-notes.db"),
			rootKey: new Uint8Array(randomBytes(32)),
			appFile: join(folder, "app.json"),
			host,
			apiPort: 0,
			backendPort: 0,
			notesPort: 0,
			helpDeskPassword,
		});
		await walkAndTell(servers).finally(servers.close);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function walkAndTell({ apiUrl, backendUrl, notesUrl, publicToken }: Servers): Promise<void> {
	console.log("The journey of the seed page, step by step, and two people who share a note:\n");
	const started = performance.now();
	await walkJourney({ apiUrl, backendUrl, publicToken, log: console.log });
	if (!(await fetch(notesUrl)).ok) throw new Error("The page of the group notes is not there.");
	console.log(`\nThe journey took ${((performance.now() - started) / 1000).toFixed(1)} s.`);
	console.log(`API          ${apiUrl}\nown backend  ${backendUrl}\npublic token ${publicToken}`);
	console.log(`help desk    ${helpDeskPassword} (the password of ${backendUrl}/help-desk/)`);
	console.log(`\nThe same journey as a web page: open ${backendUrl}`);
	console.log(`Group notes, an app to use and to copy: open ${notesUrl}`);
}

try {
	const options = readOptions(process.argv.slice(2), ["once", "host", "port", "notes-port", "api-port", "data"]);
	if (options.once) await visitOnce(options.host);
	else {
		const servers = await startServers({ ...keptPlace(options), helpDeskPassword });
		try {
			await walkAndTell(servers);
		} catch (error) {
			await servers.close();
			throw error;
		}
		console.log("\nAll stay up; Ctrl+C ends them.");
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void servers.close());
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
