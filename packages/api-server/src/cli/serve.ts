import { createApi } from "../api.js";
import { ApiStartError } from "../errors.js";
import { folderStorage } from "../files/folder.js";
import { s3Storage } from "../files/s3.js";
import type { PartStorage } from "../files/storage.js";
import { listen } from "../listen.js";
import type { RateLimits } from "../rate-limits.js";
import { misuse, type Settings } from "./arguments.js";
import { rootKeyOf } from "./storage.js";
import { newAppView } from "./views.js";

/** ms */
const DAY = 24 * 60 * 60 * 1000;

/** Starts the API, which then runs until SIGTERM or SIGINT. */
export async function* serve(settings: Settings): AsyncIterable<object> {
	const { database, host } = settings;
	const port = readPort(settings.port);
	const keepAlive = Math.round(readNumber(settings["keep-alive-seconds"]) * 1000);
	const development = isLoopback(host) && process.env["NODE_ENV"] !== "production";
	if (settings.lax && !development) {
		throw misuse("--lax opens the development app, which there is on a loopback address only.");
	}
	const api = await createApi({
		database,
		rootKey: rootKeyOf(settings),
		fileStorage: readFileStorage(settings),
		refreshTokenLifetime: readLifetime(settings["session-days"]),
		sessionMaxAge: readLifetime(settings["session-max-days"]),
		rateLimits: readRateLimits(settings),
		trustedProxies: settings["trusted-proxy"],
		developmentApp: development && {
			lax: settings.lax,
			publicToken: process.env["SENTC_DEV_PUBLIC_TOKEN"] || undefined,
			secretToken: process.env["SENTC_DEV_SECRET_TOKEN"] || undefined,
		},
	});
	try {
		if (!development && (await api.apps.list()).every((app) => app.development)) {
			throw new ApiStartError("NO_APP", "There is no app yet: create one with `sentc-api app create`.");
		}
		const server = await listen(api, { host, port, keepAlive });
		for (const signal of ["SIGTERM", "SIGINT"] as const) {
			process.once(signal, () => void server.close().then(() => api.close()));
		}
		yield { url: server.url, ...(api.developmentApp && newAppView(api.developmentApp)) };
	} catch (error) {
		await api.close();
		throw error;
	}
}

/** Parts are kept in a folder, or in a bucket where one is named. */
function readFileStorage({ files }: Settings): PartStorage {
	const bucketUrl = process.env["SENTC_S3_BUCKET_URL"];
	if (!bucketUrl) return folderStorage(files);
	if (!/^https?:$/.test(URL.canParse(bucketUrl) ? new URL(bucketUrl).protocol : "")) {
		throw new ApiStartError("CONFIG_INVALID", "SENTC_S3_BUCKET_URL must be an absolute http(s) URL.");
	}
	const required = (name: string): string => {
		const value = process.env[name];
		if (value) return value;
		throw new ApiStartError("CONFIG_INVALID", `SENTC_S3_BUCKET_URL needs ${name}.`);
	};
	return s3Storage({
		bucketUrl,
		region: required("SENTC_S3_REGION"),
		accessKeyId: required("SENTC_S3_ACCESS_KEY_ID"),
		secretAccessKey: required("SENTC_S3_SECRET_ACCESS_KEY"),
		folder: files,
	});
}

function readPort(text: string): number {
	const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
	if (!(port <= 65_535)) throw new ApiStartError("CONFIG_INVALID", `${text} is no port.`);
	return port;
}

/** ms */
function readLifetime(days: string): number {
	return days === "unlimited" ? Number.POSITIVE_INFINITY : readNumber(days) * DAY;
}

function readRateLimits(settings: Settings): RateLimits | false {
	return (
		!settings["no-rate-limits"] && {
			login: {
				burst: readNumber(settings["rate-limit-burst"]),
				perSecond: readNumber(settings["rate-limit-per-second"]),
			},
		}
	);
}

function readNumber(text: string): number {
	if (!/^\d+(\.\d+)?$/.test(text)) throw new ApiStartError("CONFIG_INVALID", `${text} is no number.`);
	return Number(text);
}

function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
