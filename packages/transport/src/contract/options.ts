/** Who may call an endpoint: nobody, the public or the secret token, the secret token only (protocol/http-api §3.2). */
export const ACCESS = { blocked: 0, public: 1, secret: 2 } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];

const OPTION_NAMES = [
	"group_create",
	"group_get",
	"group_user_keys",
	"group_user_update_check",
	"group_invite",
	"group_auto_invite",
	"group_reject_invite",
	"group_accept_invite",
	"group_join_req",
	"group_accept_join_req",
	"group_reject_join_req",
	"group_key_rotation",
	"group_user_delete",
	"group_delete",
	"group_leave",
	"group_change_rank",
	"group_invite_stop",
	"group_list",
	"user_exists",
	"user_register",
	"user_delete",
	"user_update",
	"user_change_password",
	"user_reset_password",
	"user_prepare_login",
	"user_done_login",
	"user_public_data",
	"user_jwt_refresh",
	"user_device_register",
	"user_device_delete",
	"user_device_list",
	"user_key_update",
	"user_register_otp",
	"user_reset_otp",
	"user_disable_otp",
	"user_get_otp_recovery_keys",
	"key_register",
	"key_get",
	"file_register",
	"file_part_upload",
	"file_get",
	"file_part_download",
	"file_delete",
	"content",
	"content_small",
	"content_med",
	"content_large",
	"content_x_large",
] as const;

/** Name of an app option that guards endpoints (protocol/server-model §4.5). */
export type EndpointOption = (typeof OPTION_NAMES)[number];
/** Every endpoint option of an app. */
export type EndpointOptions = Readonly<Record<EndpointOption, Access>>;

function preset(access: Access, secretOnly: readonly EndpointOption[]): EndpointOptions {
	const entries = OPTION_NAMES.map((name) => [name, secretOnly.includes(name) ? ACCESS.secret : access] as const);
	return Object.fromEntries(entries) as EndpointOptions;
}

/** Everything public, but registering and deleting a user (and the unused content options) need the secret token. */
export const DEFAULT_OPTIONS: EndpointOptions = /* @__PURE__ */ preset(ACCESS.public, [
	"user_register",
	"user_delete",
	"content_small",
	"content_med",
	"content_large",
	"content_x_large",
]);
/** Everything public. */
export const LAX_OPTIONS: EndpointOptions = /* @__PURE__ */ preset(ACCESS.public, []);
/** Everything blocked. */
export const CLOSED_OPTIONS: EndpointOptions = /* @__PURE__ */ preset(ACCESS.blocked, []);
