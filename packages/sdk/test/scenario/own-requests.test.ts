import { newUser, rejection, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import {
	ApiError,
	create_error,
	EnvelopeError,
	type GroupDataCheckUpdateServerOutput,
	HttpMethod,
	handle_general_server_response,
	handle_server_response,
	make_req,
	RequestError,
	type ServerOutput,
} from "../../src/index.js";

const api = await startApi();
afterAll(() => api.close());

describe("an app that sends requests itself", () => {
	it("gets the result of the API, or its refusal as an error", async () => {
		const { sentc } = await startSentc(api);
		const user = await newUser(sentc);
		const { group_id } = (await user.getGroup(await user.createGroup())).data;
		const send = async (method: HttpMethod, path: string, body?: string): Promise<string> =>
			make_req(method, `${api.base_url}/api/v1${path}`, api.app_token, body, await user.getJwt());

		const check = await send(HttpMethod.GET, `/group/${group_id}/update_check`);
		const { result }: ServerOutput<GroupDataCheckUpdateServerOutput> = JSON.parse(check);
		expect(result).toEqual({ key_update: false, rank: 0 });
		expect(handle_server_response<GroupDataCheckUpdateServerOutput>(check)).toEqual(result);

		const body = JSON.stringify({ user_identifier: "somebody" });
		const exists = handle_server_response<{ available: boolean }>(await send(HttpMethod.POST, "/exists", body));
		expect(exists.available).toBe(true);

		handle_general_server_response(await send(HttpMethod.DELETE, `/group/${group_id}`));
		const gone = await send(HttpMethod.GET, `/group/${group_id}`);
		const refusal = thrown(() => handle_general_server_response(gone));
		expect(refusal).toBeInstanceOf(ApiError);
		expect(refusal).toMatchObject({ status: "server_310", code: "NO_GROUP_ACCESS" });
	});

	it("names the group through which it reaches another", async () => {
		const { sentc } = await startSentc(api);
		const user = await newUser(sentc);
		const group = await user.getGroup(await user.createGroup());
		const url = `${api.base_url}/api/v1/group/${group.data.group_id}`;
		const answer = await make_req("GET", url, api.app_token, undefined, await user.getJwt(), "no group");
		expect(thrown(() => handle_server_response(answer))).toBeInstanceOf(ApiError);
	});

	it("gets a RequestError when no answer comes, which names the server alone", async () => {
		const error = await rejection(make_req("GET", "http://127.0.0.1:1/user/ada?secret", "token"));
		expect(error).toBeInstanceOf(RequestError);
		expect(error).toMatchObject({
			status: "client_1000",
			errorMessage: "Can't send the request to http://127.0.0.1:1",
		});
		expect(await rejection(make_req("GET", "no url", "token"))).toMatchObject({ code: "REQUEST_FAILED" });
	});
});

describe("reading an answer", () => {
	it.each([
		["no JSON", "<html>"],
		["no object", "5"],
		["null", "null"],
		["no status", "{}"],
		["a refusal without a number", '{"status":false,"err_msg":"no"}'],
		["a refusal without a text", '{"status":false,"err_code":100,"err_msg":""}'],
	])("throws client_101 for %s", (_, text) => {
		for (const read of [handle_server_response, handle_general_server_response]) {
			const error = thrown(() => read(text));
			expect(error).toBeInstanceOf(EnvelopeError);
			expect(error).toMatchObject({ status: "client_101" });
		}
	});

	it.each(['""', "0", "false", "null"])("takes the empty result %s only where it does not matter", (result) => {
		const text = `{"status":true,"result":${result}}`;
		expect(thrown(() => handle_server_response(text))).toMatchObject({ status: "client_101" });
		handle_general_server_response(text);
	});

	it("takes an empty list", () => {
		expect(handle_server_response('{"status":true,"result":[]}')).toEqual([]);
	});
});

describe("create_error", () => {
	it("makes the JSON text that the reference client throws, and it is always valid", () => {
		expect(create_error("client_5", "no")).toBe('{"status": "client_5", "error_message": "no"}');
		const error_message = 'a "quoted"\nline';
		expect(JSON.parse(create_error("client_5", error_message))).toEqual({ status: "client_5", error_message });
	});
});
