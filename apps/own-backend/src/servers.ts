import { dirname, join } from "node:path";
import { createApi, folderStorage, loadRootKey } from "@sentc-ts/api-server";
import { startOwnBackend } from "./backend/backend.js";
import { isLoopback, serve } from "./backend/serve.js";
import { keptApp } from "./kept-app.js";
import type { Options } from "./options.js";

/** Where data and servers live. */
export interface Place {
	/** Of the API: a path. Parts of files are in a folder beside it. */
	database: string;
	/** Of the own backend: a path. */
	profiles: string;
	/** Of the API, 32 bytes. */
	rootKey: Uint8Array;
	/** Path of a file: the tokens of the app that others than this machine use. */
	appFile: string;
	/** Address of this machine for others; without it both servers are reached from this machine alone. */
	host?: string | undefined;
	/** 0 picks a free one. */
	apiPort: number;
	/** 0 picks a free one. */
	backendPort: number;
	/** Opens the help desk, visible ASCII characters; without it there is none. */
	helpDeskPassword?: string | undefined;
	/** Pages load again when another server answers. */
	liveReload?: boolean;
}

/** The API and the own backend, running in this process. */
export interface Servers {
	apiUrl: string;
	backendUrl: string;
	publicToken: string;
	close(): Promise<void>;
}

/** The place that is kept: data below a folder, the ports of the command line. */
export function keptPlace({ apiPort, data, host, port }: Options): Omit<Place, "helpDeskPassword"> {
	const database = join(data, "sentc.db");
	return {
		database,
		profiles: join(data, "own-backend.db"),
		rootKey: loadRootKey({ file: join(data, "root.key"), database }),
		appFile: join(data, "app.json"),
		host,
		apiPort,
		backendPort: port,
	};
}

/**
 * Starts both servers; when one fails, nothing stays up.
 *
 * @throws Error with one sentence when a port is taken
 */
export async function startServers(place: Place): Promise<Servers> {
	const closing: (() => Promise<void>)[] = [];
	const close = async (): Promise<void> => {
		for (const step of closing.toReversed()) await step();
	};
	try {
		const { database, host, rootKey } = place;
		// Everybody knows the public token of the development app: it is for this machine alone.
		const developmentApp = host === undefined || isLoopback(`http://${host}`);
		const fileStorage = folderStorage(join(dirname(database), "files"));
		const api = await createApi({ database, rootKey, developmentApp, fileStorage });
		closing.push(() => api.close());
		const app = api.developmentApp ?? (await keptApp(api.apps, place.appFile));
		const server = await serve(api, { host, port: place.apiPort, flag: "for the API with --api-port" });
		closing.push(() => server.close());
		const backend = await startOwnBackend({
			apiUrl: server.url,
			publicToken: app.publicToken,
			secretToken: app.secretToken,
			jwtVerifyKey: app.jwtVerifyKey,
			database: place.profiles,
			host,
			port: place.backendPort,
			helpDeskPassword: place.helpDeskPassword,
			liveReload: place.liveReload,
		});
		closing.push(backend.close);
		return { apiUrl: server.url, backendUrl: backend.url, publicToken: app.publicToken, close };
	} catch (error) {
		await close();
		throw error;
	}
}
