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
export async function serve(served: Pick<Api, "fetch">, place: Place): Promise<Listening> {
	const { host = "127.0.0.1", port } = place;
	try {
		return await listen(served, { host, port });
	} catch (error) {
		throw inOneSentence(error, place);
	}
}

/** Why a server could not listen; what is about something else stays as it is. */
export function inOneSentence(error: unknown, { flag, host, port }: Place): unknown {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	if (code === "PORT_TAKEN" || code === "EADDRINUSE") {
		return new Error(`Port ${port} is taken; choose another one ${flag} <number>.`);
	}
	if (!(error instanceof ApiStartError) && code !== "EADDRNOTAVAIL") return error;
	return new Error(`${host} is no address of this machine: --host takes one that your phone can reach.`);
}
