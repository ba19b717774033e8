import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";

const SCRIPT = "/live-reload.js";
const EVENTS = "/live-reload";

/** The browser connects again by itself when a server has gone; one that says another word is a new one. */
const script = `let known;
new EventSource("${EVENTS}").onmessage = ({ data }) => {
	if (known !== undefined && known !== data) location.reload();
	known = data;
};
`;

/**
 * For development: pages load again as soon as another server answers. The policy of the page stays as it is.
 *
 * @param closing settles when the server is about to close, which ends the connections of the pages
 */
export function liveReload(closing: Promise<void>): Hono {
	const word = randomUUID();
	const app = new Hono();
	app.use("/", async (c, next) => {
		await next();
		const html = (await c.res.text()).replace("</head>", `<script type="module" src="${SCRIPT}"></script></head>`);
		c.res = new Response(html, c.res);
	});
	app.get(SCRIPT, (c) => c.body(script, 200, { "content-type": "text/javascript" }));
	app.get(EVENTS, (c) =>
		streamSSE(c, async (stream) => {
			const left = new Promise<void>((resolve) => stream.onAbort(resolve));
			await stream.writeSSE({ data: word, retry: 200 });
			await Promise.race([closing, left]);
		}),
	);
	return app;
}
