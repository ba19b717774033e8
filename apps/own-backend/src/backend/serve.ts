import { type Api, ApiStartError, type Listening, listen } from "@sentc-ts/api-server";

/** Where to listen. */
interface Place {
	/** Name or address of the interface. Default `127.0.0.1`. */
	host?: string | undefined;
	/** 0 picks a free one. */
	port: number;
	/** Of the command line, in words: chooses another port. */
	flag: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Is the server of the URL reached from this machine alone? Browsers take its pages for secure, and so does the SDK. */
export function isLoopback(url: string): boolean {
	return LOOPBACK.test(new URL(url).hostname);
}

/** @throws Error with one sentence when the port is taken, or the address is none of this machine */
export async function serve(served: Pick<Api, "fetch">, { flag, host = "127.0.0.1", port }: Place): Promise<Listening> {
	try {
		return await listen(served, { host, port });
	} catch (error) {
		if (!(error instanceof ApiStartError)) throw error;
		if (error.code === "PORT_TAKEN") throw new Error(`Port ${port} is taken; choose another one ${flag} <number>.`);
		throw new Error(`${host} is no address of this machine: --host takes one that your phone can reach.`);
	}
}
