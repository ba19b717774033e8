import type { ServedApi } from "@sentc-ts/test-world";
import type { User } from "../../src/index.js";

/** A group that the user created on another page: on this one nothing is known of its key. @returns its id */
export async function createElsewhere(
	{ base_url, app_token }: Pick<ServedApi, "base_url" | "app_token">,
	user: User,
	sign = false,
): Promise<string> {
	const headers = { "x-sentc-app-token": app_token, Authorization: `Bearer ${await user.getJwt()}` };
	const body = await user.prepareGroupCreateAsync(sign);
	const response = await fetch(`${base_url}/api/v1/group`, { method: "POST", headers, body });
	return (await response.json()).result.group_id;
}
