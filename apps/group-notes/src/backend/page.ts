import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";

/** Where the page finds the API, and as which app it speaks. Nothing here is secret. */
export interface PageConfig {
	api_url: string;
	public_token: string;
	/** `true` = the API is on another machine than the browser may be, and speaks plain HTTP: for a try-out in a network of one's own. */
	allow_insecure_http: boolean;
}

const BUILT_PAGE = fileURLToPath(new URL("../page", import.meta.url));

/** The web page, and its configuration. */
export function pageRoutes(config: PageConfig): Hono {
	const app = new Hono();
	app.use(async (c, next) => {
		await next();
		c.header("Content-Security-Policy", contentSecurityPolicy(config.api_url));
		c.header("X-Content-Type-Options", "nosniff");
		c.header("Referrer-Policy", "no-referrer");
		// Names of built files change with their content.
		const isBuilt = c.req.path.startsWith("/assets/") && c.res.ok;
		c.header("Cache-Control", isBuilt ? "public, max-age=31536000, immutable" : "no-cache");
	});
	app.get("/config.json", (c) => c.json(config));
	app.use(serveStatic({ root: BUILT_PAGE }));
	return app;
}

/** No inline script or style, no `eval`, no WebAssembly; requests to this backend and to the API only. */
function contentSecurityPolicy(apiUrl: string): string {
	return [
		"default-src 'none'",
		"script-src 'self'",
		"worker-src 'self'",
		"style-src 'self'",
		// Pictures that the page has decrypted.
		"img-src 'self' blob:",
		"manifest-src 'self'",
		`connect-src 'self' ${new URL(apiUrl).origin}`,
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	].join("; ");
}
