import { startGroupNotes } from "@sentc-ts/app-group-notes";
import { type ServedApi, startApi } from "./api.js";

/** The API and the backend of the group notes, each on a free port, in this process. */
export interface GroupNotesServers {
	readonly api: ServedApi;
	/** Of the page. */
	readonly url: string;
	/** Ends the backend alone. */
	stopBackend(): Promise<void>;
	/** Starts it again, with its data and on its port. */
	restartBackend(): Promise<void>;
	close(): Promise<void>;
}

/** @param database of the backend: a path */
export async function startGroupNotesServers(database: string): Promise<GroupNotesServers> {
	const api = await startApi({ app: "development" });
	const start = (port: number) => startGroupNotes({ ...api.app, apiUrl: api.base_url, database, port });
	let backend = await start(0);
	const { url } = backend;
	let isUp = true;
	const stopBackend = async (): Promise<void> => {
		if (isUp) await backend.close();
		isUp = false;
	};
	return {
		api,
		url,
		stopBackend,
		async restartBackend() {
			backend = await start(Number(new URL(url).port));
			isUp = true;
		},
		async close() {
			await stopBackend();
			await api.close();
		},
	};
}
