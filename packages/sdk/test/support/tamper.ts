import type { ServedApi } from "@sentc-ts/test-world";

/** Makes of an honest `result` what the API shall answer instead. */
type Lie = (result: Record<string, unknown>) => unknown;

/** The way to an honest API on which a test can change answers. */
export interface Tampered {
	fetch: typeof globalThis.fetch;
	/** @param path pattern of the paths whose answers are changed; a later lie about the same path counts alone */
	lie(path: RegExp, change: Lie): void;
	beHonest(): void;
	/** `METHOD /path` of every request, in order. */
	requests: string[];
}

export function tamper(): Tampered {
	const lies = new Map<string, { path: RegExp; change: Lie }>();
	const requests: string[] = [];
	return {
		requests,
		lie: (path, change) => lies.set(path.source, { path, change }),
		beHonest: () => lies.clear(),
		fetch: async (input, init) => {
			const request = new Request(input, init);
			const { pathname } = new URL(request.url);
			requests.push(`${request.method} ${pathname}`);
			const response = await fetch(request);
			const found = [...lies.values()].find(({ path }) => path.test(pathname));
			if (!found) return response;
			const { result = {} } = await response.json();
			return Response.json({ status: true, result: found.change(result) });
		},
	};
}

/** Asks the API itself. */
export async function ask({ base_url, app_token }: ServedApi, path: string): Promise<Record<string, unknown>> {
	const response = await fetch(`${base_url}/api/v1${path}`, { headers: { "x-sentc-app-token": app_token } });
	return (await response.json()).result;
}
