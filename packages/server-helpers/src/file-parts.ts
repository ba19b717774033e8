import { equalBytes, InvalidInput } from "@sentc-ts/core-crypto/wire";
import { ApiError, readLimited } from "@sentc-ts/transport";
import { APP_TOKEN_HEADER, MAX_FILE_PART_BYTES, SERVER_ERRORS, type ServerError } from "@sentc-ts/transport/contract";
import type { Backend } from "./backend.js";
import type { FilePartPlace } from "./files.js";
import type { Handler } from "./handler.js";
import { bearerOf, type JwtVerifyKeys, uploaderOf } from "./jwt.js";
import { PartSentAgain, type PartStore, PartTooLarge, PartWriter } from "./part-store.js";

export interface FilePartsOptions {
	backend: Backend;
	/** The app's JWT verify key, or several by key id. */
	verify_key: JwtVerifyKeys;
	/** Origins whose pages may upload and download, for example `["https://app.example.com"]`. */
	allowed_origins: readonly string[];
	/** What proves that it is the API who tells of deleted parts: `sentc-api app files` shows it once. */
	token: string;
	store: PartStore;
	/** Hears why a part could not be stored, read or removed. Default `console.error`. */
	on_error?: ((error: unknown) => void) | undefined;
}

/** The endpoints of an own backend that keeps the parts of files (protocol/files §8). They look at the end of the path only. */
export interface FileParts {
	/**
	 * `POST …/:session_id/:seq/:end`, called by the SDK below its `file_part_url`: registers the part at the API, which checks that
	 * the upload is this user's, and stores it. Streams; at most 5 MiB. A JWT may be expired, as at the API: an upload takes long.
	 */
	upload: Handler;
	/**
	 * `GET …/:part_id`, called by the SDK below its `file_part_url`. As at the API, whoever knows the id gets the part: the SDK of
	 * the reference sends no JWT. Check who asks before you call it, if your clients do.
	 */
	download: Handler;
	/** `POST`, called by the API: removes deleted parts. Until it has answered 200 it is called again. */
	deleted: Handler;
}

/**
 * Makes the endpoints of files for an own backend. `upload` and `download` answer their own CORS preflight.
 *
 * @throws InvalidInput naming `allowed_origins` or `token`
 * @example
 * ```ts
 * import { createBackend, createFileParts, type PartStore } from "@sentc-ts/server-helpers";
 *
 * export function filesOf(store: PartStore) {
 * 	const backend = createBackend({ base_url: "https://api.example.com", secret_token: "<your secret token>" });
 * 	const parts = createFileParts({
 * 		backend,
 * 		store,
 * 		verify_key: "<your JWT verify key>",
 * 		allowed_origins: ["https://app.example.com"],
 * 		token: "<your file token>",
 * 	});
 * 	// `file_part_url` of the SDK is `https://backend.example.com/parts`, `url` of `sentc-api app files` ends in `/deleted`.
 * 	return (request: Request) => {
 * 		if (new URL(request.url).pathname === "/deleted") return parts.deleted(request);
 * 		return request.method === "GET" ? parts.download(request) : parts.upload(request);
 * 	};
 * }
 * ```
 */
export function createFileParts(options: FilePartsOptions): FileParts {
	if (options.allowed_origins.length === 0) {
		throw new InvalidInput("allowed_origins", "must name each origin whose pages may use files");
	}
	if (typeof options.token !== "string" || options.token === "") {
		throw new InvalidInput("token", "must be the token of the app's files");
	}
	const { on_error = console.error } = options;
	const writer = new PartWriter(options.store, on_error);
	const guard = (method: string, run: Handler): Handler => guarded({ ...options, method, run, on_error });
	return {
		upload: guard("POST", (request) => upload(request, { ...options, on_error, writer })),
		download: guard("GET", (request) => download(request, options.store)),
		deleted: (request) => deleted(request, { ...options, on_error }),
	};
}

type Reporting<Options> = Options & { on_error: (error: unknown) => void };

async function upload(
	request: Request,
	options: Reporting<FilePartsOptions> & { writer: PartWriter },
): Promise<Response> {
	const place = placeOf(request);
	if (place === undefined) return refusal(SERVER_ERRORS.INVALID_FILE_PATH);
	const userId = await uploaderOf(bearerOf(request) ?? "", options.verify_key).catch(() => undefined);
	if (userId === undefined) return refusal(SERVER_ERRORS.JWT_INVALID);
	const { backend, on_error, writer } = options;
	if (Number(request.headers.get("Content-Length") ?? 0) > MAX_FILE_PART_BYTES) {
		return refusal(SERVER_ERRORS.FILE_PART_TOO_LARGE);
	}
	const registered = await backend.registerFilePart(userId, place).catch((error: unknown) => {
		if (error instanceof ApiError) return error;
		throw error;
	});
	if (registered instanceof ApiError) {
		return envelope(400, { status: false, err_msg: registered.errorMessage, err_code: registered.serverCode });
	}
	try {
		await writer.write(registered.part_id, request);
	} catch (error) {
		// Who sends it now has the same id.
		if (error instanceof PartSentAgain) return refusal(NOT_STORED);
		await backend.dropFilePart(registered.part_id);
		if (error instanceof PartTooLarge) return refusal(SERVER_ERRORS.FILE_PART_TOO_LARGE);
		on_error(error);
		return refusal(NOT_STORED);
	}
	return envelope(200, { status: true, result: "Success" });
}

const NOT_STORED: ServerError = {
	...SERVER_ERRORS.FILE_PART_NOT_AVAILABLE,
	message: "The part could not be stored: upload it again",
};

async function download(request: Request, store: PartStore): Promise<Response> {
	const [partId = ""] = segmentsOf(request, 1);
	const part = UUID.test(partId) ? await store.read(partId.toLowerCase()) : undefined;
	if (part === undefined) return refusal(SERVER_ERRORS.FILE_PART_NOT_AVAILABLE);
	const { length, stream } = part;
	return new Response(stream, {
		headers: {
			...NO_STORE,
			"Content-Type": "application/octet-stream",
			...(length !== undefined && { "Content-Length": `${length}` }),
		},
	});
}

async function deleted(request: Request, { on_error, store, token }: Reporting<FilePartsOptions>): Promise<Response> {
	if (request.method !== "POST") return plain(405, "Only POST is answered here");
	if (!isToken(request.headers.get(APP_TOKEN_HEADER), token)) return plain(401, "The token is wrong");
	const partIds = await partIdsOf(request);
	if (partIds === undefined) return plain(400, "This is no array of part ids");
	try {
		await removeAll(store, partIds);
	} catch (error) {
		on_error(error);
		return plain(500, "Not all parts could be removed");
	}
	return plain(200, "Removed");
}

/** How many parts are removed at the same time: the API waits ten seconds for all of them. */
const SIDE_BY_SIDE = 16;

async function removeAll(store: PartStore, partIds: readonly string[]): Promise<void> {
	const waiting = [...partIds];
	const removeSome = async (): Promise<void> => {
		for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) await store.remove(id.toLowerCase());
	};
	await Promise.all(Array.from({ length: SIDE_BY_SIDE }, removeSome));
}

/** Of texts of one length, what takes how long tells nothing. */
function isToken(given: string | null, token: string): boolean {
	const bytes = (text: string) => new TextEncoder().encode(text);
	return given !== null && equalBytes(bytes(given), bytes(token));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The API sends 500 ids at most, of 39 characters each. */
const MAX_IDS_BYTES = 64 * 1024;

async function partIdsOf(request: Request): Promise<string[] | undefined> {
	try {
		const body = await readLimited(request, MAX_IDS_BYTES, () => new Error("The body is too long"));
		const ids: unknown = JSON.parse(new TextDecoder().decode(body));
		return Array.isArray(ids) && ids.every((id) => typeof id === "string" && UUID.test(id)) ? ids : undefined;
	} catch {
		return undefined;
	}
}

function placeOf(request: Request): FilePartPlace | undefined {
	const [session_id = "", seq = "", end = ""] = segmentsOf(request, 3);
	return UUID.test(session_id) && /^[+-]?\d{1,10}$/.test(seq) && /^(true|false)$/.test(end)
		? { session_id, seq, end }
		: undefined;
}

/** The last segments of the path. */
const segmentsOf = (request: Request, count: number): string[] =>
	new URL(request.url).pathname.split("/").slice(-count);

interface Guard {
	readonly method: string;
	readonly run: Handler;
	readonly allowed_origins: readonly string[];
	readonly on_error: (error: unknown) => void;
}

/** Adds the CORS headers that pages need. Without credentials: no cookie is looked at. */
function guarded({ method, run, allowed_origins, on_error }: Guard): Handler {
	return async (request) => {
		const origin = request.headers.get("Origin");
		const response = await respond(request, method, run).catch((error: unknown) => {
			on_error(error);
			return refusal({ ...SERVER_ERRORS.INTERNAL, message: "The own backend could not answer" });
		});
		response.headers.append("Vary", "Origin");
		if (origin !== null && allowed_origins.includes(origin)) {
			response.headers.set("Access-Control-Allow-Origin", origin);
		}
		return response;
	};
}

async function respond(request: Request, method: string, run: Handler): Promise<Response> {
	if (request.method === "OPTIONS") {
		return new Response(null, {
			status: 204,
			headers: {
				"Access-Control-Allow-Methods": "GET, POST, OPTIONS",
				"Access-Control-Allow-Headers": `Authorization, Content-Type, ${APP_TOKEN_HEADER}`,
				"Access-Control-Max-Age": "86400",
			},
		});
	}
	return request.method === method ? run(request) : refusal(SERVER_ERRORS.ROUTE_NOT_FOUND);
}

const NO_STORE = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" } as const;

const plain = (status: number, body: string): Response => new Response(body, { status, headers: NO_STORE });

/** As the API answers: the SDK reads it (protocol/files §6.3). */
const envelope = (status: number, body: object): Response =>
	new Response(JSON.stringify(body), { status, headers: { ...NO_STORE, "Content-Type": "application/json" } });

const refusal = ({ code, http, message }: ServerError): Response =>
	envelope(http, { status: false, err_msg: message, err_code: code });
