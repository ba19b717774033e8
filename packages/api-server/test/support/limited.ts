import type { TestApi } from "@sentc-ts/test-world";
import { loginRoutes } from "@sentc-ts/transport/contract";
import type { ApiConfig } from "../../src/index.js";
import { type CallInput, requestOf, startApi } from "./api.js";

/** A request that counts. */
export const prepare = { body: { user_identifier: "alice" } };

/** An API with limits, whose delays are written down instead of waited for. */
export async function limited(config: Partial<ApiConfig> = {}) {
	const delays: number[] = [];
	const wait = async (ms: number) => void delays.push(ms);
	const warnings: string[] = [];
	const onWarning = (message: string) => void warnings.push(message);
	const server = await startApi(undefined, undefined, { wait, onWarning, ...config });
	return { server, delays, warnings };
}

export function from(
	server: TestApi,
	address: string | undefined,
	input: CallInput<typeof loginRoutes.prepareLogin> = prepare,
) {
	return server.api.fetch(requestOf(server.app, loginRoutes.prepareLogin, input), { address });
}

/** The statuses of so many requests of one address. */
export async function statuses(server: TestApi, address: string | undefined, count: number, headers: HeadersInit = {}) {
	const answers: number[] = [];
	for (let index = 0; index < count; index++) {
		const request = requestOf(server.app, loginRoutes.prepareLogin, prepare);
		for (const [name, value] of new Headers(headers)) request.headers.set(name, value);
		answers.push((await server.api.fetch(request, { address })).status);
	}
	return answers;
}

/** Limits that few requests reach. */
export const small = { rateLimits: { login: { burst: 2, perSecond: 0.5 } } } as const;
