import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Live } from "./live.js";
import type { Member } from "./members.js";

/** Keeps proxies from closing a stream on which nothing happens, ms. */
const HEARTBEAT = 20_000;

/** What a member hears of a notebook, as long as the JWT lasts: whoever lost access can't keep it by never asking again. */
export function streamChanges(c: Context<Member>, live: Live, groupId: string): Response {
	return streamSSE(c, async (stream) => {
		let end = (): void => undefined;
		const ended = new Promise<void>((resolve) => {
			end = resolve;
		});
		stream.onAbort(end);
		let writing = Promise.resolve();
		const tell = (event: string): void => {
			writing = writing.then(() => stream.writeSSE({ event, data: "" })).catch(end);
		};
		const stop = live.listen({ groupId, userId: c.get("userId"), tell, end: () => void writing.then(end) });
		const heartbeat = setInterval(() => tell("heartbeat"), HEARTBEAT);
		const jwtEnd = setTimeout(end, Math.max(0, c.get("jwtEnds") - Date.now()));
		tell("open");
		await ended;
		clearInterval(heartbeat);
		clearTimeout(jwtEnd);
		stop();
	});
}
