import {
	type AddressLimit,
	ApiError,
	type Backend,
	bearerOf,
	readRegistration,
	verifyJwt,
} from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { type Caller, limited, onBehalfOf } from "./caller.js";
import type { Database } from "./database.js";

const JSON_ANSWER = { "Content-Type": "application/json" };
const MAX_NAME = 80;

/** How many names are answered at once. */
const MAX_PEOPLE = 100;

interface Registration {
	/** What `prepareRegister` returned. */
	input: string;
	/** As others see it. */
	name: string;
}

/** Registrations pass through here, because the API takes them by the secret token alone; the names of people stay here. */
export function peopleRoutes(api: Backend, db: Database, jwtVerifyKey: string, limit: AddressLimit): Hono<Caller> {
	const app = new Hono<Caller>();
	app.post("/register", limited(limit), async (c) => {
		const registration = readForm(await c.req.json().catch(() => undefined));
		if (!registration) return c.json({ error: `Send input, and a name of at most ${MAX_NAME} characters.` }, 400);
		const answer = await onBehalfOf(api, c).register(registration.input);
		const user_id = userIdOf(answer);
		if (user_id !== undefined) await db.insertInto("person").values({ user_id, name: registration.name }).execute();
		return c.body(answer, 200, JSON_ANSWER);
	});

	app.post("/device", limited(limit), async (c) => {
		return c.body(await onBehalfOf(api, c).registerDevice(await c.req.text()), 200, JSON_ANSWER);
	});

	app.get("/people", async (c) => {
		await verifyJwt(bearerOf(c.req.raw) ?? "", jwtVerifyKey);
		const ids = (c.req.query("ids") ?? "").split(",");
		if (ids.length > MAX_PEOPLE) return c.json({ error: `Ask for at most ${MAX_PEOPLE} people.` }, 400);
		return c.json(await namesOf(db, ids));
	});
	return app;
}

/** Names by user id; those who have none are left out. */
async function namesOf(db: Database, ids: readonly string[]): Promise<Record<string, string>> {
	const found = await db.selectFrom("person").selectAll().where("user_id", "in", ids).execute();
	return Object.fromEntries(found.map(({ user_id, name }) => [user_id, name]));
}

function readForm(body: unknown): Registration | undefined {
	if (typeof body !== "object" || body === null) return undefined;
	const { input, name } = body as Partial<Record<keyof Registration, unknown>>;
	if (typeof input !== "string" || typeof name !== "string") return undefined;
	const trimmed = name.trim();
	return trimmed !== "" && trimmed.length <= MAX_NAME ? { input, name: trimmed } : undefined;
}

/** `undefined` when the API refused: the client reads the reason from the answer. */
function userIdOf(answer: string): string | undefined {
	try {
		return readRegistration(answer).user_id;
	} catch (error) {
		if (error instanceof ApiError) return undefined;
		throw error;
	}
}
