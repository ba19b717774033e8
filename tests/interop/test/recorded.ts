import { readFileSync } from "node:fs";

/** A request as it was recorded; what is missing was not. */
export interface RecordedRequest {
	method: string;
	path: string;
	headers?: Record<string, string>;
	/** `null` = none. */
	body?: string | null;
}

const read = (file: string): string => readFileSync(new URL(`../vectors/${file}`, import.meta.url), "utf8");

const flows: Record<string, { requests: RecordedRequest[] }> = JSON.parse(read("requests.json"));

/** What the reference client sends in the flows, one after the other. */
export function recorded(...names: string[]): RecordedRequest[] {
	return names.flatMap((name) => {
		const flow = flows[name];
		if (!flow) throw new Error(`There is no recording of: ${name}`);
		return flow.requests;
	});
}

/** One answer that was altered, and what the reference client made of it. */
export interface Probe {
	name: string;
	input?: string;
	returned?: unknown;
	thrown?: string;
}
export const probes: readonly Probe[] = JSON.parse(read("probes.json"));

export function probe(name: string): Probe {
	const found = probes.find((candidate) => candidate.name === name);
	if (!found) throw new Error(`There is no probe of: ${name}`);
	return found;
}

export interface Recorder {
	fetch: typeof globalThis.fetch;
	/** What was sent since the last call. */
	take(): RecordedRequest[];
}

/**
 * A `fetch` that remembers its requests.
 *
 * @param send answers them
 */
export function createRecorder(send: (request: Request) => Promise<Response> = fetch): Recorder {
	let requests: RecordedRequest[] = [];
	return {
		async fetch(input, init) {
			const request = new Request(input, init);
			const body = await request.clone().text();
			const { pathname: path } = new URL(request.url);
			const headers = Object.fromEntries(request.headers);
			requests.push({ method: request.method, path, headers, body: body === "" ? null : body });
			return send(request);
		},
		take() {
			const taken = requests;
			requests = [];
			return taken;
		},
	};
}

/** Headers that the server reads. */
const HEADERS = ["content-type", "x-sentc-app-token", "authorization", "x-sentc-group-access-id"];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PEM = /^-----BEGIN PUBLIC KEY-----\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n-----END PUBLIC KEY-----\n$/;

/** What must be the same in every run: all but chance, names and ids. */
export function shapeOf({ method, path, headers, body }: RecordedRequest): Record<string, unknown> {
	return {
		method,
		// A page may start anywhere, except the first one.
		path: path.replace(UUID, ":id").replace(/\/[1-9]\d{12}\/[^/]+$/, "/:time/:id"),
		...(headers && { headers: Object.fromEntries(HEADERS.map((name) => [name, headerShape(name, headers[name])])) }),
		...(body !== undefined && { body: body ? valueShape("body", JSON.parse(body)) : null }),
	};
}

/** {@link shapeOf}, without what the recording lacks. */
export function shapeLike(
	{ headers, body, ...line }: RecordedRequest,
	recording: RecordedRequest | undefined,
): unknown {
	return shapeOf({
		...line,
		...(headers && recording?.headers && { headers }),
		...(body !== undefined && recording?.body !== undefined && { body }),
	});
}

function headerShape(name: string, value: string | undefined): string | undefined {
	if (name === "authorization") return value?.replace(/^Bearer .+$/, "Bearer <jwt>");
	if (name === "x-sentc-app-token") return value && "<app token>";
	return value;
}

function valueShape(name: string, value: unknown): unknown {
	if (typeof value === "string") return textShape(name, value);
	if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(valueShape(name, item))))];
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([member, item]) => [member, valueShape(member, item)]));
}

function textShape(name: string, text: string): unknown {
	if (/_alg$/.test(name) || text === "non_registered") return text;
	if (/identifier$/.test(name)) return "an identifier";
	if (text.startsWith("{")) return { json: valueShape(name, JSON.parse(text)) };
	if (text.match(UUID)?.[0] === text) return "an id";
	if (PEM.test(text)) return `PEM of ${text.length} characters`;
	if (/^\d{6}$/.test(text)) return "a code";
	if (/^[A-Z2-7]{52}$/.test(text)) return "a recovery key";
	if (/^[A-Za-z0-9_-]{67}$/.test(text)) return "a token";
	if (BASE64.test(text)) return `base64 of ${Buffer.from(text, "base64").length} bytes`;
	return text;
}
