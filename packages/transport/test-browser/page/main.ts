import { isSentcError } from "@sentc-ts/core-crypto/wire";
import { createClient } from "../../src/index.js";
import { download, ping, upload } from "../routes.js";

/** What became of a call: what it answered, or the code of its error. */
type Outcome = { result: unknown } | { code: string } | { untyped: string };

/** What the test calls. */
interface Page {
	ping(way: string, timeout?: number): Promise<Outcome>;
	download(way: string): Promise<Outcome>;
	upload(kind: "array" | "blob" | "stream"): Promise<Outcome>;
}

declare global {
	interface Window {
		transport: Page;
	}
}

const client = createClient({ baseUrl: location.origin, appToken: "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi" });

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
	try {
		return { result: await call };
	} catch (error) {
		return isSentcError(error) ? { code: error.code } : { untyped: String(error) };
	}
}

async function lengthOf(way: string): Promise<number> {
	const reader = (await client.call(download, { params: { way } })).stream.getReader();
	let length = 0;
	for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length;
	return length;
}

const text = "the bytes";
const sources = {
	array: () => new TextEncoder().encode(text),
	blob: () => new Blob([text]),
	stream: () => new Blob([text]).stream(),
};

window.transport = {
	ping: (way, timeout) => outcomeOf(client.call(ping, { params: { way }, timeout })),
	download: (way) => outcomeOf(lengthOf(way)),
	upload: (kind) => outcomeOf(client.call(upload, { body: sources[kind]() })),
};
