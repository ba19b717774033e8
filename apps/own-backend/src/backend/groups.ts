import { type Backend, bearerOf, readGroupCreation, verifyJwt } from "@sentc-ts/server-helpers";
import { Hono, type MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import type { Notes } from "./notes.js";

const JSON_ANSWER = { "Content-Type": "application/json" };
const RANK_TOO_WEAK = { error: "Your rank in the group does not allow this." };
const NO_MEMBER = { error: "The group does not exist any more, or you are not a member." };

/** Ranks 0 and 1 manage a group (protocol/group-protocol §9.1). */
const MANAGES = 1;

/** A text that somebody encrypted. */
const CIPHERTEXT = /^[A-Za-z0-9+/]{40,100000}={0,2}$/;

/** Who asks, as the API says. */
interface Member {
	Variables: { user_id: string; rank: number };
}

/**
 * Groups are created and deleted with the JWT of the user and the secret token. What their members share is stored here, as they encrypted
 * it. Two checks stand before it: the JWT, by its signature, and the membership, by the word of the API. A backend that skips them gives
 * ciphertexts away, and no texts.
 */
export function groupRoutes(api: Backend, notes: Notes, jwtVerifyKey: string): Hono<Member> {
	const app = new Hono<Member>();
	const membersOnly: MiddlewareHandler<Member> = async (c, next) => {
		const jwt = bearerOf(c.req.raw) ?? "";
		const { user_id } = await verifyJwt(jwt, jwtVerifyKey);
		const access = await api.groupAccess(jwt, c.req.param("id") ?? "");
		if (!access) return c.json(NO_MEMBER, 403);
		c.set("user_id", user_id);
		c.set("rank", access.rank);
		return next();
	};

	app.post("/group", async (c) => {
		return c.body(await api.createGroup(bearerOf(c.req.raw) ?? "", await c.req.text()), 200, JSON_ANSWER);
	});
	app.post("/group/:id/child", async (c) => {
		const parentId = c.req.param("id");
		const answer = await api.createChildGroup(bearerOf(c.req.raw) ?? "", parentId, await c.req.text());
		await notes.addChild(parentId, readGroupCreation(answer).group_id);
		return c.body(answer, 200, JSON_ANSWER);
	});
	app.delete("/group/:id", async (c) => {
		await api.deleteGroup(bearerOf(c.req.raw) ?? "", c.req.param("id"));
		await notes.remove(c.req.param("id"));
		return c.body(null, 204);
	});
	app.get("/group/:id/name", membersOnly, async (c) => c.json({ name: await notes.nameOf(c.req.param("id")) }));
	app.put("/group/:id/name", membersOnly, async (c) => {
		const name = await c.req.text();
		if (!CIPHERTEXT.test(name)) return c.json({ error: "Send the name encrypted." }, 400);
		if (c.get("rank") > MANAGES) return c.json(RANK_TOO_WEAK, 403);
		await notes.rename(c.req.param("id"), name);
		return c.body(null, 204);
	});
	// Pages ask every few seconds: what they have already is not sent again, and who asks is checked even so.
	app.get("/group/:id/notes", membersOnly, etag(), async (c) =>
		c.json(await notes.list(c.req.param("id")), 200, { "Cache-Control": "private, no-cache" }),
	);
	app.post("/group/:id/notes", membersOnly, async (c) => {
		const text = await c.req.text();
		if (!CIPHERTEXT.test(text)) return c.json({ error: "Send the note encrypted." }, 400);
		return c.json(await notes.add(c.req.param("id"), c.get("user_id"), text));
	});
	app.delete("/group/:id/notes/:note", membersOnly, async (c) => {
		const { id, note } = c.req.param();
		const author = await notes.authorOf(id, note);
		// What is gone already is as it was asked for.
		if (author === undefined) return c.body(null, 204);
		if (author !== c.get("user_id") && c.get("rank") > MANAGES) return c.json(RANK_TOO_WEAK, 403);
		await notes.delete(id, note);
		return c.body(null, 204);
	});
	return app;
}
