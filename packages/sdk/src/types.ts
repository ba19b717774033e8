/** Keys of the device that is logged in. All members are key strings of protocol/crypto §4. */
export interface UserDeviceKeyData {
	private_key: string;
	public_key: string;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_verify_key: string;
}

/** One generation of a user's keys. */
export interface UserKeyData {
	private_key: string;
	public_key: string;
	group_key: string;
	group_key_id: string;
	/** Creation time, ms. */
	time: number;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_public_key_sig_key_id?: string;
	exported_verify_key: string;
	/** Fetched later, so that nobody but the API says whose it is: good to decrypt and for nothing else. */
	unproven?: true;
}

/** What a logged-in user has: keys, tokens, ids (protocol/sdk-api §8.1). */
export interface UserData {
	device: UserDeviceKeyData;
	/** The newest first at login; keys that are fetched later are appended. */
	user_keys: UserKeyData[];
	/** Key id → index in `user_keys`. */
	key_map: Map<string, number>;
	newest_key_id: string;
	mfa: boolean;
	jwt: string;
	/** Stored only with the refresh endpoint `api`; this object has it in every case. */
	refresh_token: string;
	user_id: string;
	device_id: string;
	/** Searchable keys, the newest first. */
	hmac_keys: string[];
	/** Of this device, when it was changed after the login; the names of stored items keep the one of the login. */
	login_identifier?: string;
}

/** One generation of a group's keys. */
export interface GroupKey {
	private_group_key: string;
	public_group_key: string;
	exported_public_key: string;
	group_key: string;
	group_key_id: string;
	/** Creation time, ms, as decimal text. */
	time: string;
	/**
	 * `verified` = made by the verify key that `signed_by` names; `unverified` = not checked; `none` = nobody signed the key. The
	 * signature covers the bytes of `group_key` alone, and says neither of which group it is nor since when.
	 */
	signature: "verified" | "unverified" | "none";
	/** Who signed the key: the API's word, unless `signature` is `verified`. */
	signed_by?: GroupKeySignedBy;
	/** Fetched later, so that nobody but the API says whose it is: good to decrypt and for nothing else. */
	unproven?: true;
}

/** A user and the key that checks signatures of theirs. */
export interface GroupKeySignedBy {
	user_id: string;
	verify_key_id: string;
}

/** Who signed a group key, as the option `signers` is asked about them. */
export interface GroupKeySigner extends GroupKeySignedBy {
	group_id: string;
	/** The own user, or one of whom this device used a key in an earlier call, by the trust on first use. */
	known: boolean;
}

/** A group as this user sees it (protocol/sdk-api §8.1). Times are ms as decimal text. */
export interface GroupData {
	group_id: string;
	parent_group_id?: string;
	from_parent: boolean;
	/** 0 (creator) to 4 (member). */
	rank: number;
	/** `true` = a key rotation waits to be finished. */
	key_update: boolean;
	/**
	 * `true` = somebody who has the newest key was removed, and nobody rotated the keys since: `group.rotateDueKeys` does. APIs other than
	 * the one of this project don't tell.
	 */
	rotation_due?: boolean;
	create_time: string;
	joined_time: string;
	/** The newest first when loaded; keys that are fetched later are appended. */
	keys: GroupKey[];
	/** Key id → index in `keys`. */
	key_map: Map<string, number>;
	newest_key_id: string;
	access_by_parent_group?: string;
	access_by_group_as_member?: string;
	is_connected_group: boolean;
	/** Searchable keys, the newest first. */
	hmac_keys: string[];
	/** Sortable keys, the newest first. */
	sortable_keys: string[];
	/** When rank and `key_update` were last asked for: local clock, ms. */
	last_check_time: number;
	/** Id of a key of which every older one is here: `fetchKeys` asks for newer ones only. Without it, some may be missing. */
	whole_from?: string;
	/** How strictly the keys were checked when they were loaded, and will be when more are fetched. */
	verify?: GroupVerify;
	/** How strictly keys are checked that come later, where `finishKeyRotation` asked for more than `verify`. */
	verify_new?: GroupVerify;
}

/** A group in which the user is a direct member. Times in ms. */
export interface GroupList {
	group_id: string;
	/** When the group was created. */
	time: number;
	joined_time: number;
	rank: number;
	parent?: string;
}

/** An open invitation. */
export interface GroupInviteListItem {
	group_id: string;
	/** When the user was invited, ms. */
	time: number;
}

/** A child of a group. */
export interface GroupChildrenListItem {
	group_id: string;
	/** When the group was created, ms. */
	time: number;
	parent?: string;
}

/** A member of a group. */
export interface GroupUserListItem {
	user_id: string;
	/** 0 (creator) to 4 (member). */
	rank: number;
	/** ms */
	joined_time: number;
	/** 0 = a user; 2 = a group, and 1 the parent group, or at the reference server any group. */
	user_type: number;
}

/** Somebody who asks to join a group. */
export interface GroupJoinReqListItem {
	user_id: string;
	/** When that was asked, ms. */
	time: number;
	/** 0 = a user, 2 = a group. */
	user_type: number;
}

/** A group key as the API has it. */
export interface GroupOutDataKeys {
	/** Id of the public key that encrypts it. */
	private_key_id: string;
	/** JSON text of what the API answered (protocol/group-protocol §4.2). */
	key_data: string;
	signed_by_user_id?: string;
	signed_by_user_sign_key_id?: string;
}

/** A searchable key of a user or group as the API has it. */
export interface GroupOutDataHmacKeys {
	/** Id of the user key or group key that encrypts it. */
	group_key_id: string;
	/** JSON text with `id`, `encrypted_hmac_key` (base64), `encrypted_hmac_alg`, `encrypted_hmac_encryption_key_id`, `time` (ms). */
	key_data: string;
}

/** A sortable key of a group as the API has it. */
export interface GroupOutDataSortableKeys {
	/** Id of the group key that encrypts it. */
	group_key_id: string;
	/** JSON text with the members of a searchable key, with `sortable` instead of `hmac` in their names. */
	key_data: string;
}

/** The newest public key of a user. */
export interface UserPublicKeyData {
	/** Exported public key. */
	public_key: string;
	public_key_id: string;
	/** Id of the key that signed it. */
	public_key_sig_key_id?: string;
	/** `true` after a successful `verifyUserPublicKey`. */
	verified: boolean;
}

/** The newest public key of a group. */
export interface GroupPublicKeyData {
	/** Exported public key. */
	key: string;
	id: string;
}

/** What is needed to go on with a login after the second factor. */
export interface UserMfaLogin {
	deviceIdentifier: string;
	mfa_master_key: string;
	mfa_auth_key: string;
}

/** A new second factor: active from now on. */
export interface OtpRegister {
	/** Base32 without padding, for the authenticator app. */
	secret: string;
	/** `totp_sha256`: 6 digits, 30 s. */
	alg: string;
	/** Six recovery keys, each for one login without the app. */
	recover: string[];
}

/** A device of the user. */
export interface UserDeviceList {
	device_id: string;
	/** Since when it is a device of the user, ms. */
	time: number;
	/** Base64 of SHA-256 of the identifier: the API knows no more. */
	device_identifier: string;
}

/** Input of `PUT /user/done_register_device`, or with a later page of the key session upload. */
export interface DeviceRegisterInput {
	/** The request body. */
	get_input(): string;
	/** Exported public key of the new device. */
	get_public_key(): string;
}

/** Id of a user. */
export type UserId = string;

/**
 * How keys of a group are checked: 0 not at all; 1 signatures that can be checked; 2 like 1, and a signer whose key
 * cannot be loaded is an error unless that user was deleted. With the option `require_signatures`, 1 and 2 take only keys whose signature
 * was checked, by a user whom the option `signers` lets sign.
 */
export type GroupVerify = 0 | 1 | 2;

/** Head of encrypted content: names the key, is itself neither encrypted nor authenticated (protocol/crypto §5.1). */
export interface CryptoHead {
	/** Id of the symmetric key, or of the public key, that encrypted the content. */
	id: string;
	/** Of unsigned content it is `null` in the JSON text: ask for its truth. */
	sign?: SignHead;
}

/** Who signed the content and how. */
export interface SignHead {
	/** Id of the verify key. */
	id: string;
	alg: string;
}
