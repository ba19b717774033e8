import { type Backend, bearerOf } from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Database } from "./database.js";
import type { Live } from "./live.js";
import { ADMIN, MANAGER, type Member, membersOnly } from "./members.js";
import { CIPHERTEXT, HASH, NOTE_ID, readNote } from "./note-form.js";
import { notesIn } from "./notes.js";

/** Keeps proxies from closing a stream on which nothing happens, ms. */
const HEARTBEAT = 20_000;

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
	mostNotes: number,
): Hono<Member> {
	const app = new Hono<Member>();
	const notes = notesIn(db);
	app.post("/notebooks", async (c) => {
		const answer = await api.createGroup(bearerOf(c.req.raw) ?? "", await c.req.text());
		return c.body(answer, 200, { "Content-Type": "application/json" });
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
			.select("name")
			.where("group_id", "=", c.req.param("id"))
			.executeTakeFirst();
		return c.json({ name: row?.name ?? null });
	});
	app.put("/notebooks/:id/name", async (c) => {
		const name = await c.req.text();
		if (!CIPHERTEXT.test(name)) return c.json(NOT_ENCRYPTED, 400);
		if (c.get("rank") > ADMIN) return c.json(NOT_ALLOWED, 403);
		await db
			.insertInto("notebook")
			.values({ group_id: c.req.param("id"), name })
			.onConflict((conflict) => conflict.column("group_id").doUpdateSet({ name }))
			.execute();
		return c.body(null, 204);
	});

	/** `order`: `title`, or the newest first; `hash`: those alone whose title starts with what was hashed. */
	app.get("/notebooks/:id/notes", async (c) => {
		const { hash, order } = c.req.query();
		if (hash !== undefined && !HASH.test(hash)) return c.json({ error: "Send the hash of a search." }, 400);
		return c.json(await notes.list(c.req.param("id"), { byTitle: order === "title", hash }));
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

	/** Members are changed at the API; whoever did it says so here. */
	app.post("/notebooks/:id/members-changed", (c) => {
		live.membersChanged(c.req.param("id"));
		return c.body(null, 204);
	});
	/** A stream lasts as long as the JWT: whoever lost access can't keep it by never asking again. */
	app.get("/notebooks/:id/changes", (c) => {
		const userId = c.get("userId");
		if (!live.hasRoom(userId)) return c.json(TOO_MANY_STREAMS, 429);
		return streamSSE(c, async (stream) => {
			let end = (): void => undefined;
			const ended = new Promise<void>((resolve) => {
				end = resolve;
			});
			stream.onAbort(end);
			let writing = Promise.resolve();
			const write = (event: string): void => {
				writing = writing.then(() => stream.writeSSE({ event, data: "" })).catch(end);
			};
			const stop = live.listen(c.req.param("id"), userId, { tell: write, end: () => void writing.then(end) });
			const heartbeat = setInterval(() => write("heartbeat"), HEARTBEAT);
			const jwtEnd = setTimeout(end, Math.max(0, c.get("jwtEnds") - Date.now()));
			write("open");
			await ended;
			clearInterval(heartbeat);
			clearTimeout(jwtEnd);
			stop();
		});
	});
	return app;
}
