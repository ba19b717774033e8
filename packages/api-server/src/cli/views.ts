import type { App } from "../domain/app/app.js";
import type { ChangedApp, NewApp } from "../domain/app/apps.js";
import type { JwtKey } from "../domain/jwt/keys.js";

// What the commands print: names as on the wire, times in ms.

export const newAppView = (app: NewApp): object => ({
	app_id: app.appId,
	public_token: app.publicToken,
	secret_token: app.secretToken,
	jwt_key_id: app.jwtKeyId,
	jwt_verify_key: app.jwtVerifyKey,
});

export const appView = ({ id, name, development, disabled, createdAt }: App): object => ({
	app_id: id,
	name,
	development,
	disabled,
	created_at: createdAt,
});

export const jwtKeyView = ({ id, verifyKey, createdAt }: JwtKey): object => ({
	jwt_key_id: id,
	jwt_verify_key: verifyKey,
	jwt_alg: "ES384",
	created_at: createdAt,
});

/** A token of files only when it was made or changed just now. */
export const appFilesView = ({ id, files, newFileToken }: ChangedApp): object => ({
	app_id: id,
	...files,
	...(newFileToken !== undefined && { token: newFileToken }),
});
