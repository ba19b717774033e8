import { type AddressLimit, type Backend, bearerOf, verifyJwt } from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { limited } from "./caller.js";
import { streamChanges } from "./changes.js";
import type { Database } from "./database.js";
import type { Live } from "./live.js";
import { ADMIN, MANAGER, type Member, membersOnly } from "./members.js";
import { CIPHERTEXT, HASH, NOTE_ID, readNote } from "./note-form.js";
import { notesIn, PLACE } from "./notes.js";

const NOT_ALLOWED = { error: "Your rank in the notebook does not allow this." };
const NOT_ENCRYPTED = { error: "Send it encrypted." };
const CHANGED_MEANWHILE = { error: "Somebody changed this note meanwhile. Nothing was overwritten." };
const TOO_MANY_NOTES = { error: "You have written as many notes as this server keeps for one person." };
const TOO_MANY_STREAMS = { error: "You have too many pages open." };

/** A notebook is a group of the API; its name and its notes are stored here, as members encrypted them. */
export function notebookRoutes(
	api: Backend,
	db: Database,
	jwtVerifyKey: string,
	live: Live,
	limit: AddressLimit,
	mostNotes: number,
): Hono<Member> {
	const app = new Hono<Member>();
	const notes = notesIn(db);
	app.post("/notebooks", async (c) => {
		const answer = await api.createGroup(bearerOf(c.req.raw) ?? "", await c.req.text());
		return c.body(answer, 200, { "Content-Type": "application/json" });
	});
	/**
	 * The API tells nobody who came, went or asks to come, and which device is gone: whoever did it says so here, also who is no member yet, or
	 * no more. It is a hint: those who hear it ask the API.
	 */
	app.post("/notebooks/:id/members-changed", limited(limit), async (c) => {
		await verifyJwt(bearerOf(c.req.raw) ?? "", jwtVerifyKey);
		live.membersChanged(c.req.param("id"));
		return c.body(null, 204);
	});
	app.post("/account-changed", limited(limit), async (c) => {
		const { user_id } = await verifyJwt(bearerOf(c.req.raw) ?? "", jwtVerifyKey);
		live.accountChanged(user_id);
		return c.body(null, 204);
	});
	app.use("/notebooks/:id/*", membersOnly(api, jwtVerifyKey));
	app.delete("/notebooks/:id", async (c) => {
		if (c.get("rank") > ADMIN) return c.json(NOT_ALLOWED, 403);
		const groupId = c.req.param("id");
		await api.deleteGroup(c.get("jwt"), groupId);
		await notes.removeAll(groupId);
		await db.deleteFrom("notebook").where("group_id", "=", groupId).execute();
		live.membersChanged(groupId);
		return c.body(null, 204);
	});

	app.get("/notebooks/:id/name", async (c) => {
		const row = await db
			.selectFrom("notebook")
			.select(["name", "editor_id"])
			.where("group_id", "=", c.req.param("id"))
			.executeTakeFirst();
		return c.json(row ?? null);
	});
	app.put("/notebooks/:id/name", async (c) => {
		const name = await c.req.text();
		if (!CIPHERTEXT.test(name)) return c.json(NOT_ENCRYPTED, 400);
		if (c.get("rank") > ADMIN) return c.json(NOT_ALLOWED, 403);
		await db
			.insertInto("notebook")
			.values({ group_id: c.req.param("id"), name, editor_id: c.get("userId") })
			.onConflict((conflict) => conflict.column("group_id").doUpdateSet({ name, editor_id: c.get("userId") }))
			.execute();
		return c.body(null, 204);
	});

	/** `order`: `title`, or the newest first; `hash`: those alone whose title starts with what was hashed; `after`: `next` of the page before. */
	app.get("/notebooks/:id/notes", async (c) => {
		const { after, hash, order } = c.req.query();
		if (hash !== undefined && !HASH.test(hash)) return c.json({ error: "Send the hash of a search." }, 400);
		if (after !== undefined && !PLACE.test(after)) return c.json({ error: "Send the end of the page before." }, 400);
		return c.json(await notes.list(c.req.param("id"), { byTitle: order === "title", hash, after }));
	});
	app.get("/notebooks/:id/notes/:note", async (c) => {
		const note = await notes.find(c.req.param("id"), c.req.param("note"));
		return note ? c.json(note) : c.json({ error: "The note does not exist any more." }, 404);
	});
	app.put("/notebooks/:id/notes/:note", async (c) => {
		const groupId = c.req.param("id");
		const noteId = c.req.param("note");
		const version = Number(c.req.query("version"));
		const form = readNote(await c.req.json().catch(() => undefined));
		if (!NOTE_ID.test(noteId) || !Number.isSafeInteger(version) || version < 1) {
			return c.json({ error: "Send the id of the note and its next version." }, 400);
		}
		if (!form) return c.json(NOT_ENCRYPTED, 400);
		const note = { ...form, noteId, version, userId: c.get("userId") };
		if (version === 1 && (await notes.countOf(note.userId)) >= mostNotes) return c.json(TOO_MANY_NOTES, 403);
		const done = version === 1 ? await notes.add(groupId, note) : await notes.edit(groupId, note);
		if (!done) return c.json(CHANGED_MEANWHILE, 409);
		live.notesChanged(groupId);
		return c.body(null, 204);
	});
	app.delete("/notebooks/:id/notes/:note", async (c) => {
		const groupId = c.req.param("id");
		const note = await notes.find(groupId, c.req.param("note"));
		if (!note) return c.body(null, 204);
		if (note.author_id !== c.get("userId") && c.get("rank") > MANAGER) return c.json(NOT_ALLOWED, 403);
		await notes.remove(groupId, note.note_id);
		live.notesChanged(groupId);
		return c.body(null, 204);
	});

	app.get("/notebooks/:id/changes", (c) => {
		if (!live.hasRoom(c.get("userId"))) return c.json(TOO_MANY_STREAMS, 429);
		return streamChanges(c, live, c.req.param("id"));
	});
	return app;
}
