import { setTimeout as sleep } from "node:timers/promises";
import { createDefaultBackend } from "@sentc-ts/core-crypto";
import { createHttpApp, mountRoutes } from "./app.js";
import {
	type ApiConfig,
	type DevelopmentAppConfig,
	REFRESH_TOKEN_LIFETIME,
	requireValidConfig,
	SESSION_MAX_AGE,
	USER_ROTATIONS_PER_MONTH,
} from "./config.js";
import { type Database, openDatabase } from "./database/database.js";
import { readSecret } from "./database/repositories/meta.js";
import type { Development } from "./domain/app/access.js";
import type { Apps, NewApp } from "./domain/app/apps.js";
import { openDevelopmentApp } from "./domain/app/development-app.js";
import { Arriving } from "./domain/file/arriving.js";
import type { Services } from "./domain/services.js";
import { forgetExpiredSessions } from "./domain/user/refresh-token.js";
import { forgetExpired } from "./domain/user/waiting-devices.js";
import type { Caller } from "./http/caller.js";
import { createAddressOf } from "./http/limits/client-address.js";
import { createRequestLimits } from "./http/limits/request-limits.js";
import { Running } from "./http/running.js";
import { openInstallation } from "./installation.js";
import { createFileJobs, createJobs, enqueueForgottenRemovals } from "./jobs/jobs.js";
import { DEFAULT_WAITING_LIMITS } from "./waiting-limits.js";

/** How long the worker may take for one batch, ms: well below the lease of a job. */
const WORKER_TIMEOUT = 10_000;

/** How long the worker waits for the next batch before it ends, ms: a new one takes a quarter of a second to start. */
const WORKER_IDLE = 10 * 60_000;

/** How long running requests may take to end when the API closes, ms: some wait, see `RateLimits`. */
const CLOSE_GRACE = 10_000;

/** How often it is looked for what has waited too long, ms. */
const SWEEP_INTERVAL = 60_000;

/** A running API without a socket. */
export interface Api {
	/**
	 * Answers one request; never rejects.
	 *
	 * @param caller where the request comes from; without it there is no limit for its address
	 */
	fetch(request: Request, caller?: Caller): Promise<Response>;
	readonly apps: Omit<Apps, "createWith">;
	/** The app of a first start, if the configuration asks for it. */
	readonly developmentApp?: NewApp;
	/**
	 * Works on jobs, such as the server's part of a key rotation, until none is due. They run by themselves, too; with this
	 * one can wait for them, or run them where `runJobs` of the configuration is off.
	 */
	runJobs(): Promise<void>;
	/** Lets running requests, to the last byte of their answers, and the current step of a job end, at most 10 s; then closes the database. */
	close(): Promise<void>;
}

/**
 * Opens the database and builds the API on it.
 *
 * @throws ApiStartError `CONFIG_INVALID`, `ROOT_KEY_INVALID`, `DATABASE_UNAVAILABLE`, `ROOT_KEY_MISMATCH`
 */
export async function createApi(config: ApiConfig): Promise<Api> {
	requireValidConfig(config);
	const database = await openDatabase(config.database, config.rootKey);
	try {
		return await buildApi(database, config);
	} catch (error) {
		await database.close();
		throw error;
	}
}

function developmentOf(app: boolean | DevelopmentAppConfig): Development {
	if (app === false) return "closed";
	return app !== true && app.lax ? "lax" : "open";
}

/** {@link createApi} on a database that is open already, with the routes that are given. */
export async function buildApi(
	database: Database,
	config: Omit<ApiConfig, "database" | "rootKey">,
	mountAll: typeof mountRoutes = mountRoutes,
): Promise<Api> {
	const { developmentApp = false, now = Date.now, onError = console.error } = config;
	const { runJobs = true, refreshTokenLifetime = REFRESH_TOKEN_LIFETIME, sessionMaxAge = SESSION_MAX_AGE } = config;
	const { userRotationsPerMonth = USER_ROTATIONS_PER_MONTH, waitingDevices } = config;
	const { rateLimits = {}, trustedProxies = [], wait, onWarning = console.warn } = config;
	const guards = {
		addressOf: createAddressOf({ trustedProxies, onWarning }),
		limits: createRequestLimits({ limits: rateLimits, now, wait }),
	};
	const installation = openInstallation(database, { development: developmentOf(developmentApp), now });
	const { apps, crypto, directory, jwtKeys, newId } = installation;
	const fakeSaltSecret = await readSecret(database.reads, database.vault, "fakeSalt");
	const backend = createDefaultBackend({ timeout: WORKER_TIMEOUT, idleTimeout: WORKER_IDLE });
	const jobs = createJobs({ database, crypto, backend, newId, now, onError });
	const fileJobs = createFileJobs({ database, storage: config.fileStorage, newId, now, onError });
	const services: Services = {
		arriving: new Arriving(),
		crypto,
		database,
		directory,
		fakeSaltSecret,
		fileJobs,
		jobs,
		jwtKeys,
		newId,
		now,
		partStorage: config.fileStorage,
		refreshTokenLifetime,
		sessionMaxAge,
		userRotationsPerMonth,
		waitingLimits: { ...DEFAULT_WAITING_LIMITS, ...waitingDevices },
	};
	const tokens = developmentApp === true ? {} : developmentApp;
	const newApp = tokens && (await openDevelopmentApp(apps, database, tokens));
	const sweep = async () => {
		await database.transaction(async (db) => {
			await forgetExpired(services, db);
			await forgetExpiredSessions(services, db);
		});
		await enqueueForgottenRemovals(database, fileJobs, now);
	};
	const running = new Running(onError);
	const sweepBeside = (): void => void running.add(sweep()).catch(onError);
	const sweeping = setInterval(sweepBeside, SWEEP_INTERVAL);
	sweeping.unref();
	if (runJobs) {
		for (const runner of [jobs, fileJobs]) runner.start();
		// What a process that was killed has left behind.
		sweepBeside();
	}
	const answer = createHttpApp(services, { ...guards, running, onError }, mountAll);
	return {
		fetch: (request, caller) => running.add(answer(request, caller)),
		apps,
		...(newApp && { developmentApp: newApp }),
		async runJobs() {
			await sweep();
			await Promise.all([jobs.run(), fileJobs.run()]);
		},
		async close() {
			clearInterval(sweeping);
			const stopped = Promise.all([jobs.stop(), fileJobs.stop()]);
			await backend.close();
			await Promise.race([Promise.allSettled([stopped, running.end()]), sleep(CLOSE_GRACE, undefined, { ref: false })]);
			await database.close();
		},
	};
}
