import { type Api, ApiStartError, type Listening, listen } from "@sentc-ts/api-server";

/**
 * Serves on the loopback interface.
 *
 * @param port 0 picks a free one
 * @param flag of the command line that chooses another port
 * @throws Error with one sentence when the port is taken
 */
export async function serve(served: Pick<Api, "fetch">, port: number, flag: string): Promise<Listening> {
	try {
		return await listen(served, { host: "127.0.0.1", port });
	} catch (error) {
		if (!(error instanceof ApiStartError) || error.code !== "PORT_TAKEN") throw error;
		throw new Error(`Port ${port} is taken; choose another one ${flag} <number>.`);
	}
}
