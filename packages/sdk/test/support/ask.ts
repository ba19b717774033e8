import type { ServedApi } from "@sentc-ts/test-world";

/** Asks the API itself. */
export async function ask({ base_url, app_token }: ServedApi, path: string): Promise<Record<string, unknown>> {
	const response = await fetch(`${base_url}/api/v1${path}`, { headers: { "x-sentc-app-token": app_token } });
	return (await response.json()).result;
}
