import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Api, ApiStartError, createApi, type Listening, listen, loadRootKey } from "@sentc-ts/api-server";
import { startOwnBackend } from "./backend/backend.js";
import { walkJourney } from "./journey.js";

const { values } = parseArgs({
	options: {
		once: { type: "boolean", default: false },
		port: { type: "string", default: "3000" },
		"api-port": { type: "string", default: "3002" },
		data: { type: "string", default: ".data" },
	},
});

interface Place {
	/** Of the API. */
	database: string;
	/** Of the own backend. */
	profiles: string;
	rootKey: Uint8Array;
	apiPort: number;
	backendPort: number;
	clean(): Promise<void>;
}

/** Where data and servers live: kept and on fixed ports, or for one journey only. */
async function choosePlace(): Promise<Place> {
	if (values.once) {
		const folder = await mkdtemp(join(tmpdir(), "sentc-ts-"));
		return {
			database: join(folder, "sentc.db"),
			profiles: join(folder, "own-backend.db"),
			rootKey: new Uint8Array(randomBytes(32)),
			apiPort: 0,
			backendPort: 0,
			clean: () => rm(folder, { recursive: true, force: true }),
		};
	}
	const database = join(values.data, "sentc.db");
	return {
		database,
		profiles: join(values.data, "own-backend.db"),
		rootKey: loadRootKey({ file: join(values.data, "root.key"), database }),
		apiPort: port("api-port", values["api-port"]),
		backendPort: port("port", values.port),
		clean: async () => undefined,
	};
}

function port(flag: string, text: string): number {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new Error(`--${flag} must be a port number.`);
	return number;
}

/** Starts everything, walks the journey, and answers what stops everything again. */
async function start(): Promise<() => Promise<void>> {
	const stops: (() => Promise<void>)[] = [];
	const stop = async () => {
		for (const step of stops.toReversed()) await step();
	};
	try {
		const place = await choosePlace();
		stops.push(place.clean);
		const api = await createApi({ database: place.database, rootKey: place.rootKey, developmentApp: true });
		stops.push(() => api.close());
		const app = api.developmentApp;
		if (!app) throw new Error("The API has no development app.");
		const server = await listenForApi(api, place.apiPort);
		stops.push(() => server.close());
		const helpDeskPassword = randomBytes(12).toString("base64url");
		const backend = await startOwnBackend({
			apiUrl: server.url,
			publicToken: app.publicToken,
			secretToken: app.secretToken,
			jwtVerifyKey: app.jwtVerifyKey,
			database: place.profiles,
			port: place.backendPort,
			helpDeskPassword,
		});
		stops.push(backend.close);

		console.log("The journey of the seed page, step by step:\n");
		const started = performance.now();
		await walkJourney({ apiUrl: server.url, backendUrl: backend.url, publicToken: app.publicToken, log: console.log });
		console.log(`\nThe journey took ${((performance.now() - started) / 1000).toFixed(1)} s.`);
		console.log(`API          ${server.url}\nown backend  ${backend.url}\npublic token ${app.publicToken}`);
		console.log(`help desk    ${helpDeskPassword} (the password of its section on the page)`);
		console.log(`\nThe same journey as a web page: open ${backend.url}`);
		return stop;
	} catch (error) {
		await stop();
		throw error;
	}
}

async function listenForApi(api: Api, port: number): Promise<Listening> {
	try {
		return await listen(api, { host: "127.0.0.1", port });
	} catch (error) {
		if (!(error instanceof ApiStartError) || error.code !== "PORT_TAKEN") throw error;
		throw new Error(`Port ${port} is taken; choose another one for the API with --api-port <number>.`);
	}
}

try {
	const stop = await start();
	if (values.once) await stop();
	else {
		console.log("\nBoth stay up; Ctrl+C ends them.");
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
