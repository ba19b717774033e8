import type { Account } from "./account.js";

/** Where the reference client finds the stub. */
export const STUB = "http://stub";

/** By paths below `/api/v1`: the bytes that are answered, or the result in the answer. Everything else succeeds. */
export type Answers = Map<string, unknown>;

/** What a server would answer to the three requests of a login. */
export function answerLogin(stub: Answers, { doneLogin, prepareLogin, userKey }: Account): void {
	stub.set("/prepare_login", prepareLogin);
	stub.set("/done_login", { Direct: doneLogin });
	stub.set("/verify_login", { user_keys: [userKey], hmac_keys: [], jwt: "a.b.c", refresh_token: "token" });
}

/**
 * Some operations of the reference client can't be had without a request. What it sends to the stub is answered at once, everything else
 * is really sent.
 */
export function stubbed(send: typeof fetch, stub: Answers): typeof fetch {
	return async (input, init) => {
		const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
		if (origin !== STUB) return send(input, init);
		const answer = stub.get(pathname.replace("/api/v1", ""));
		if (answer instanceof Uint8Array) return new Response(answer as Uint8Array<ArrayBuffer>);
		return Response.json({ status: true, result: answer ?? "Success" });
	};
}
