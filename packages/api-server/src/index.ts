export { type Api, createApi } from "./api.js";
export type { ApiConfig, DevelopmentAppConfig } from "./config.js";
export type { App, AppOptions, AppTokens, GroupOptions } from "./domain/app/app.js";
export type { AppChanges, AppInput, ChangedApp, NewApp } from "./domain/app/apps.js";
export { DEVELOPMENT_PUBLIC_TOKEN } from "./domain/app/development-app.js";
export type { AppFiles, AppFilesInput, FileOptions, FileStorage } from "./domain/app/file-options.js";
export type { JwtKey } from "./domain/jwt/keys.js";
export {
	ApiStartError,
	type ApiStartErrorCode,
	AppAdminError,
	type AppAdminErrorCode,
	OperatorError,
} from "./errors.js";
export { folderStorage } from "./files/folder.js";
export { type S3Options, s3Storage } from "./files/s3.js";
export type { PartStorage } from "./files/storage.js";
export type { Caller } from "./http/caller.js";
export { type Listening, type ListenOptions, listen } from "./listen.js";
export type { RateLimits } from "./rate-limits.js";
export { generateRootKey, loadRootKey, parseRootKey } from "./root-key.js";
export type { WaitingDeviceLimits } from "./waiting-limits.js";
