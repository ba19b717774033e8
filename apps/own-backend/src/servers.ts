import { dirname, join } from "node:path";
import { createApi, folderStorage, loadRootKey } from "@sentc-ts/api-server";
import { type Running as GroupNotes, startGroupNotes } from "@sentc-ts/app-group-notes";
import { startOwnBackend } from "./backend/backend.js";
import { liveReload } from "./backend/live-reload.js";
import { inOneSentence, isLoopback, serve } from "./backend/serve.js";
import { keptApp } from "./kept-app.js";
import type { Options } from "./options.js";

/** Where data and servers live. */
export interface Place {
	/** Of the API: a path. Parts of files are in a folder beside it. */
	database: string;
	/** Of the own backend: a path. */
	profiles: string;
	/** Of the group notes: a path. */
	notes: string;
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
	/** 0 picks a free one. */
	notesPort: number;
	/** Opens the help desk, visible ASCII characters; without it there is none. */
	helpDeskPassword?: string | undefined;
	/** Pages load again when another server answers. */
	liveReload?: boolean;
}

/** The API, the own backend and the group notes, running in this process. */
export interface Servers {
	apiUrl: string;
	backendUrl: string;
	notesUrl: string;
	publicToken: string;
	close(): Promise<void>;
}

/** The place that is kept: data below a folder, the ports of the command line. */
export function keptPlace({ apiPort, data, host, notesPort, port }: Options): Omit<Place, "helpDeskPassword"> {
	const database = join(data, "sentc.db");
	return {
		database,
		profiles: join(data, "own-backend.db"),
		notes: join(data, "group-notes.db"),
		rootKey: loadRootKey({ file: join(data, "root.key"), database }),
		appFile: join(data, "app.json"),
		host,
		apiPort,
		backendPort: port,
		notesPort,
	};
}

/**
 * Starts all servers; when one fails, nothing stays up.
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
		const { jwtVerifyKey, publicToken, secretToken } = app;
		const tokens = { apiUrl: server.url, jwtVerifyKey, publicToken, secretToken };
		const backend = await startOwnBackend({
			...tokens,
			database: place.profiles,
			host,
			port: place.backendPort,
			helpDeskPassword: place.helpDeskPassword,
			liveReload: place.liveReload,
		});
		closing.push(backend.close);
		const notes = await startNotes(place, tokens);
		closing.push(notes.close);
		return { apiUrl: server.url, backendUrl: backend.url, notesUrl: notes.url, publicToken, close };
	} catch (error) {
		await close();
		throw error;
	}
}

type Tokens = Pick<Parameters<typeof startGroupNotes>[0], "apiUrl" | "jwtVerifyKey" | "publicToken" | "secretToken">;

async function startNotes(place: Place, tokens: Tokens): Promise<GroupNotes> {
	const { host, notes: database, notesPort: port } = place;
	let announceClosing = (): void => undefined;
	const closing = new Promise<void>((resolve) => {
		announceClosing = resolve;
	});
	const more = place.liveReload ? liveReload(closing) : undefined;
	const where = { host, port, flag: "for the group notes with --notes-port" };
	const running = await startGroupNotes({ ...tokens, database, host, port, more }).catch((error: unknown) => {
		throw inOneSentence(error, where);
	});
	const close = (): Promise<void> => {
		announceClosing();
		return running.close();
	};
	return { url: running.url, close };
}
