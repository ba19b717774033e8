import {
	type AddressLimit,
	ApiError,
	type Backend,
	bearerOf,
	readRegistration,
	type VerifiedJwt,
	verifyJwt,
} from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { type FromClient, limited, onBehalfOf } from "./limits.js";
import type { Profiles } from "./profiles.js";

interface Registration {
	/** What `Sentc.prepareRegister` returned. */
	input: string;
	email: string;
	full_name: string;
}

const MAX_CHARACTERS = 200;

/** How many names are answered at once. */
const MAX_NAMES = 100;

/** The requests about a user's own data, which the API never gets: e-mail and full name. */
export function userRoutes(
	api: Backend,
	profiles: Profiles,
	{ jwtVerifyKey, limit }: { jwtVerifyKey: string; limit: AddressLimit },
): Hono<FromClient> {
	const app = new Hono<FromClient>();

	app.post("/register", limited(limit), async (c) => {
		const registration = readRegistrationForm(await c.req.json().catch(() => undefined));
		if (!registration) return c.json({ error: "Send input, email and full_name." }, 400);
		const { input, email, full_name } = registration;
		const answer = await onBehalfOf(api, c).register(input);
		const user_id = userIdOf(answer);
		if (user_id !== undefined) await profiles.save({ user_id, email, full_name });
		return c.body(answer, 200, { "Content-Type": "application/json" });
	});

	const callerOf = (request: Request): Promise<VerifiedJwt> => verifyJwt(bearerOf(request) ?? "", jwtVerifyKey);

	app.get("/me", async (c) => {
		const { user_id } = await callerOf(c.req.raw);
		const profile = await profiles.find(user_id);
		return profile ? c.json(profile) : c.json({ error: "There is no profile of this user." }, 404);
	});

	app.post("/names", async (c) => {
		await callerOf(c.req.raw);
		const ids = await c.req.json().catch(() => undefined);
		if (!isIdList(ids)) return c.json({ error: `Send a list of at most ${MAX_NAMES} user ids.` }, 400);
		return c.json(await profiles.names(ids));
	});

	app.delete("/me", async (c) => {
		const { fresh, user_id } = await callerOf(c.req.raw);
		if (!fresh) return c.json({ error: "Log in again: an account is deleted only right after a login." }, 401);
		await api.deleteUser(user_id).catch(goneAlready);
		await profiles.remove(user_id);
		return c.body(null, 204);
	});
	return app;
}

function readRegistrationForm(body: unknown): Registration | undefined {
	if (typeof body !== "object" || body === null) return undefined;
	const { input, email, full_name } = body as Partial<Record<keyof Registration, unknown>>;
	if (typeof input !== "string" || !isShortText(email) || !email.includes("@") || !isShortText(full_name))
		return undefined;
	return { input, email, full_name };
}

function isShortText(value: unknown): value is string {
	return typeof value === "string" && value.trim() !== "" && value.length <= MAX_CHARACTERS;
}

function isIdList(value: unknown): value is string[] {
	return Array.isArray(value) && value.length <= MAX_NAMES && value.every(isShortText);
}

/** Whoever asks again, because the first answer did not arrive, is deleted here, too. */
function goneAlready(error: unknown): void {
	if (!(error instanceof ApiError) || error.code !== "USER_NOT_FOUND") throw error;
}

/** `undefined` when the API refused: then there is nothing to store, and the client reads the reason from the answer. */
function userIdOf(answer: string): string | undefined {
	try {
		return readRegistration(answer).user_id;
	} catch (error) {
		if (error instanceof ApiError) return undefined;
		throw error;
	}
}
