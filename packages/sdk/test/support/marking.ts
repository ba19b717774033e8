import type { Through } from "./between.js";

// An API that removes and rotates in one step and marks the groups whose keys somebody knows who is out, by what the real one can do.

/** @param below ids of the groups that are reached through the one of a removal */
export function markingApi(below: () => readonly string[] = () => []): Through {
	const due = new Set<string>();
	const ask = async (request: Request, method: string, path: string, body?: string): Promise<Response> => {
		const url = request.url.replace(/\/kick\/.*$/, path);
		return fetch(url, { method, headers: request.headers, ...(body !== undefined && { body }) });
	};
	return async (request, send) => {
		const { pathname } = new URL(request.url);
		const [, id = "", rest = ""] = /\/group\/([\w-]+)(.*)$/.exec(pathname) ?? [];
		const kicked = /^\/kick\/([\w-]+)\/rotate$/.exec(rest)?.[1];
		if (request.method === "PUT" && kicked) {
			const body = await request.text();
			const removal = await ask(request, "DELETE", `/kick/${kicked}`);
			if (!removal.ok) return removal;
			for (const marked of below()) due.add(marked);
			const { result, ...refused } = await (await ask(request, "POST", "/key_rotation", body)).json();
			if (!result) due.add(id);
			return Response.json({ status: true, result: result ?? { group_id: id, refused } });
		}
		const response = await send();
		if (!response.ok) return response;
		if (request.method === "DELETE" && /^\/(kick|leave)/.test(rest)) due.add(id);
		if (request.method === "POST" && rest === "/key_rotation") due.delete(id);
		if (request.method !== "GET" || !["", "/update_check"].includes(rest)) return response;
		const { result } = await response.json();
		return Response.json({ status: true, result: { ...result, rotation_due: due.has(id) } });
	};
}
