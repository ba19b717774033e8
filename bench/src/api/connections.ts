import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface HttpRequest {
	readonly method: string;
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
}

export interface HttpAnswer {
	readonly status: number;
	readonly body: string;
	/** From the first byte sent to the last one received, ms. */
	readonly time: number;
}

const HEAD_END = "\r\n\r\n";

/** The bytes of a request, so that sending it costs nothing but that. */
export function requestBytes({ method, path, headers = {}, body }: HttpRequest): Buffer {
	const content = body === undefined ? "" : JSON.stringify(body);
	const all = {
		Host: "127.0.0.1",
		...headers,
		...(content !== "" && { "Content-Length": Buffer.byteLength(content) }),
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
	return Buffer.from([`${method} ${path} HTTP/1.1`, ...lines].join("\r\n") + HEAD_END + content);
}

/** Connections that are kept, each with one request at a time. */
export class Connections {
	readonly #port: number;
	readonly #count: number;
	#sockets: Socket[] = [];

	constructor(port: number, count: number) {
		this.#port = port;
		this.#count = count;
	}

	/** Opens those that are not open: some servers close what is idle for 5 s. */
	async open(): Promise<void> {
		const sockets = Array.from({ length: this.#count }, (_, index) => this.#sockets[index]);
		this.#sockets = await Promise.all(
			sockets.map((socket) => (socket === undefined || socket.destroyed ? this.#connect() : socket)),
		);
	}

	/** The answers in the order of the requests, of which each connection gets as many. */
	async send(requests: readonly Buffer[]): Promise<HttpAnswer[]> {
		await this.open();
		const answers: HttpAnswer[] = [];
		const work = async (_: Socket, first: number): Promise<void> => {
			for (let index = first; index < requests.length; index += this.#count) {
				answers[index] = await this.#exchange(first, requests[index] ?? Buffer.of());
			}
		};
		await Promise.all(this.#sockets.map(work));
		return answers;
	}

	async #connect(): Promise<Socket> {
		const socket = connect(this.#port, "127.0.0.1").setNoDelay();
		await once(socket, "connect");
		return socket.on("error", () => undefined);
	}

	/** A connection that was closed while it was idle has not delivered the request: it is sent again, once. */
	async #exchange(at: number, request: Buffer): Promise<HttpAnswer> {
		const socket = this.#sockets[at] ?? (await this.#connect());
		return exchange(socket, request).catch(async () => {
			const other = await this.#connect();
			this.#sockets[at] = other;
			return exchange(other, request);
		});
	}

	close(): void {
		for (const socket of this.#sockets) socket.destroy();
	}
}

function exchange(socket: Socket, request: Buffer): Promise<HttpAnswer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let wanted = Number.POSITIVE_INFINITY;
		let got = 0;
		const started = performance.now();
		const settle = (): void => {
			socket.off("data", receive).off("close", broken);
		};
		const broken = (): void => {
			settle();
			reject(new Error("The server closed a connection"));
		};
		const receive = (chunk: Buffer): void => {
			chunks.push(chunk);
			got += chunk.length;
			if (wanted === Number.POSITIVE_INFINITY) wanted = lengthOf(Buffer.concat(chunks));
			if (got < wanted) return;
			settle();
			const text = Buffer.concat(chunks).toString();
			const body = text.slice(text.indexOf(HEAD_END) + HEAD_END.length);
			resolve({ status: Number(text.slice(9, 12)), body, time: performance.now() - started });
		};
		socket.on("data", receive).on("close", broken);
		socket.write(request);
	});
}

/** Of head and body, bytes; infinite as long as the head is not complete. */
function lengthOf(start: Buffer): number {
	const end = start.indexOf(HEAD_END);
	if (end < 0) return Number.POSITIVE_INFINITY;
	const [, length] = /\r\ncontent-length: (\d+)/i.exec(start.toString("latin1", 0, end)) ?? [];
	if (length === undefined) throw new Error("An answer has no length");
	return end + HEAD_END.length + Number(length);
}
