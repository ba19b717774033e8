/** The endpoint options as protocol/server-model §4.5 has them: default value, lax value, guarded routes. */
export const PROTOCOL_OPTIONS: Readonly<Record<string, readonly [number, number, readonly string[]]>> = {
	group_create: [
		1,
		1,
		[
			...["POST /group", "POST /group/light", "POST /group/:id/child", "POST /group/:id/child/light"],
			...["POST /group/:id/connected", "POST /group/:id/connected/light"],
		],
	],
	group_get: [
		1,
		1,
		[
			...["GET /group/:id", "GET /group/:id/light", "GET /group/:id/key_rotation"],
			"PUT /group/:id/key_rotation/:key_id",
		],
	],
	group_user_keys: [1, 1, ["GET /group/:id/keys/:time/:last", "GET /group/:id/key/:key_id"]],
	group_user_update_check: [
		1,
		1,
		["GET /group/:id/update_check", "GET /group/:id/update_check_light", "GET /group/:id/rotation_due/:time/:last"],
	],
	group_invite: [
		1,
		1,
		[
			...["GET /group/invite/:time/:last", "GET /group/:id/invite/:time/:last"],
			...["PUT /group/:id/invite/:user", "PUT /group/:id/invite/:user/light"],
			...["PUT /group/:id/invite_group/:group", "PUT /group/:id/invite_group/:group/light"],
		],
	],
	group_auto_invite: [
		1,
		1,
		[
			...["PUT /group/:id/invite_auto/:user", "PUT /group/:id/invite_auto/:user/light"],
			...["PUT /group/:id/invite_group_auto/:group", "PUT /group/:id/invite_group_auto/:group/light"],
			...["PUT /group/:id/re_invite/:user", "PUT /group/:id/re_invite_group/:group"],
		],
	],
	// The last one of both is not part of the reference server.
	group_reject_invite: [
		1,
		1,
		["DELETE /group/:id/invite", "DELETE /group/:id/invite/:group", "DELETE /group/:id/:group/invite"],
	],
	group_accept_invite: [
		1,
		1,
		["PATCH /group/:id/invite", "PATCH /group/:id/invite/:group", "PATCH /group/:id/:group/invite"],
	],
	group_join_req: [
		1,
		1,
		[
			...["PATCH /group/:id/join_req", "PATCH /group/:id/join_req/:group", "GET /group/:id/join_req/:time/:last"],
			...["GET /group/joins/:time/:last", "DELETE /group/joins/:id"],
			...["GET /group/:id/joins/:time/:last", "DELETE /group/:id/joins/:group"],
		],
	],
	group_accept_join_req: [1, 1, ["PUT /group/:id/join_req/:user", "PUT /group/:id/join_req/:user/light"]],
	group_reject_join_req: [1, 1, ["DELETE /group/:id/join_req/:user"]],
	group_key_rotation: [1, 1, ["POST /group/:id/key_rotation"]],
	group_user_delete: [1, 1, ["DELETE /group/:id/kick/:user", "PUT /group/:id/kick/:user/rotate"]],
	group_delete: [1, 1, ["DELETE /group/:id"]],
	group_leave: [1, 1, ["DELETE /group/:id/leave"]],
	group_change_rank: [1, 1, ["PUT /group/:id/change_rank"]],
	group_invite_stop: [1, 1, ["PATCH /group/:id/change_invite"]],
	group_list: [
		1,
		1,
		["GET /group/all/:time/:last", "GET /group/:id/all/:time/:last", "GET /group/:id/children/:time/:last"],
	],
	user_exists: [1, 1, ["POST /exists"]],
	user_register: [2, 1, ["POST /register", "POST /register_light"]],
	user_delete: [2, 1, ["DELETE /user"]],
	user_update: [1, 1, ["PUT /user"]],
	user_change_password: [1, 1, ["PUT /user/update_pw"]],
	user_reset_password: [1, 1, ["PUT /user/reset_pw"]],
	user_prepare_login: [1, 1, ["POST /prepare_login"]],
	user_done_login: [
		1,
		1,
		[
			...["POST /done_login", "POST /validate_mfa", "POST /validate_recovery_otp"],
			...["POST /verify_login", "POST /verify_login_light"],
			...["GET /user/user_keys/key/:id", "GET /user/user_keys/keys/:time/:last"],
		],
	],
	user_public_data: [
		1,
		1,
		[
			...["GET /user/:id/public_key", "GET /user/:id/public_key/:key", "GET /user/:id/verify_key/:key"],
			"GET /group/:id/public_key",
		],
	],
	// The last one is not part of the reference.
	user_jwt_refresh: [1, 1, ["PUT /refresh", "POST /init", "DELETE /refresh"]],
	user_device_register: [
		1,
		1,
		[
			...["POST /user/prepare_register_device", "PUT /user/done_register_device"],
			"PUT /user/done_register_device_light",
		],
	],
	// The last one of each is not part of the reference.
	user_device_delete: [1, 1, ["DELETE /user/device/:id", "DELETE /user/session"]],
	user_device_list: [1, 1, ["GET /user/device/:time/:last", "GET /user/session/:time/:last"]],
	user_key_update: [
		1,
		1,
		["POST /user/user_keys/rotation", "GET /user/user_keys/rotation", "PUT /user/user_keys/rotation/:key_id"],
	],
	user_register_otp: [1, 1, ["PATCH /user/register_otp"]],
	user_reset_otp: [1, 1, ["PATCH /user/reset_otp"]],
	user_disable_otp: [1, 1, ["PATCH /user/disable_otp"]],
	user_get_otp_recovery_keys: [1, 1, ["GET /user/otp_recovery_keys"]],
	key_register: [1, 1, ["POST /keys/sym_key", "DELETE /keys/sym_key/:id"]],
	key_get: [1, 1, ["GET /keys/sym_key/:id", "GET /keys/sym_key/master_key/:id/:time/:last"]],
	file_register: [1, 1, ["POST /file", "PUT /file/:id", "POST /group/:id/file"]],
	file_part_upload: [1, 1, ["POST /file/part/:session/:seq/:end"]],
	file_get: [1, 1, ["GET /file/:id", "GET /file/:id/part_fetch/:seq", "GET /group/:id/file/:file"]],
	file_part_download: [1, 1, ["GET /file/part/:id"]],
	file_delete: [1, 1, ["DELETE /file/:id", "DELETE /group/:id/file/:file"]],
	content: [1, 1, []],
	content_small: [2, 1, []],
	content_med: [2, 1, []],
	content_large: [2, 1, []],
	content_x_large: [2, 1, []],
};

const GUARDS: ReadonlyMap<string, string> = new Map(
	Object.entries(PROTOCOL_OPTIONS).flatMap(([name, [, , routes]]) => routes.map((route) => [normalized(route), name])),
);

const OPEN =
	/^(GET \/group\/:\/member\/|PUT \/group\/:\/(invite|join_req)\/session\/|PUT \/user\/user_keys\/session\/)/;
const SECRET =
	/^(\w+ \/(user|group)\/forced(\/|$)|PUT \/user\/reset_pw_light$|GET \/user\/jwt$|PUT \/group\/:\/(invite_group_auto_force|re_invite_group_force)\/|PATCH \/file\/part\/|DELETE \/file\/part\/)/;

/** Which option guards a route: its name, `secret` = always the secret token, `open` = no option. */
export function optionInProtocol({ method, path }: { method: string; path: string }): string | undefined {
	const route = normalized(`${method} ${path}`);
	if (OPEN.test(route)) return "open";
	return SECRET.test(route) ? "secret" : GUARDS.get(route);
}

function normalized(route: string): string {
	return route.replace(/:\w+/g, ":");
}
