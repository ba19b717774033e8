import { parseArgs } from "node:util";
import { ApiStartError } from "../errors.js";

export interface Settings {
	readonly host: string;
	readonly port: string;
	readonly database: string;
	readonly "root-key-file": string;
	readonly files: string;
	readonly "keep-alive-seconds": string;
	readonly "session-days": string;
	readonly "session-max-days": string;
	readonly "rate-limit-burst": string;
	readonly "rate-limit-per-second": string;
	readonly "no-rate-limits": boolean;
	readonly "trusted-proxy": readonly string[];
	readonly name: string | undefined;
	readonly lax: boolean;
	readonly options: readonly string[];
	readonly help: boolean;
}

export type OptionName = keyof Settings;

/** Every option of every command; an environment variable that is empty counts as absent. */
const readOptions = (env: NodeJS.ProcessEnv) =>
	({
		host: { type: "string", default: env["SENTC_HOST"] || "127.0.0.1" },
		port: { type: "string", default: env["SENTC_PORT"] || "3002" },
		database: { type: "string", default: env["SENTC_DATABASE"] || ".data/sentc.db" },
		"root-key-file": { type: "string", default: env["SENTC_ROOT_KEY_FILE"] || ".data/root.key" },
		files: { type: "string", default: env["SENTC_FILES"] || ".data/files" },
		"keep-alive-seconds": { type: "string", default: env["SENTC_KEEP_ALIVE_SECONDS"] || "65" },
		"session-days": { type: "string", default: env["SENTC_SESSION_DAYS"] || "90" },
		"session-max-days": { type: "string", default: env["SENTC_SESSION_MAX_DAYS"] || "365" },
		"rate-limit-burst": { type: "string", default: env["SENTC_RATE_LIMIT_BURST"] || "300" },
		"rate-limit-per-second": { type: "string", default: env["SENTC_RATE_LIMIT_PER_SECOND"] || "3" },
		"no-rate-limits": { type: "boolean", default: env["SENTC_NO_RATE_LIMITS"] === "1" },
		"trusted-proxy": {
			type: "string",
			multiple: true,
			default: env["SENTC_TRUSTED_PROXIES"]?.split(/[\s,]+/).filter(Boolean) ?? [],
		},
		name: { type: "string" },
		lax: { type: "boolean", default: false },
		options: { type: "string", multiple: true, default: [] as string[] },
		help: { type: "boolean", short: "h", default: false },
	}) as const;

export interface Command {
	readonly summary: string;
	/** Names of what follows the command; a last one that ends in `…` stands for any number. */
	readonly operands: readonly string[];
	/** The options it reads, besides help. */
	readonly options: readonly OptionName[];
	readonly run: Run;
}

/** Yields what is printed, one object a line. */
export type Run = (settings: Settings, operands: readonly string[]) => AsyncIterable<object>;

export type Commands = Readonly<Record<string, Command>>;

/** One start of the program. Without a command, help on all of them is asked for. */
interface Invocation {
	readonly name: string;
	readonly command: Command | undefined;
	readonly settings: Settings;
	readonly operands: readonly string[];
}

/**
 * Finds the command and reads its options.
 *
 * @throws ApiStartError `CONFIG_INVALID`
 */
export function readInvocation(args: readonly string[], commands: Commands): Invocation {
	const { values, positionals, tokens } = parse(args);
	const settings: Settings = { ...values, name: values.name };
	const words = positionals.join(" ");
	const name = Object.keys(commands).find((command) => `${words} `.startsWith(`${command} `)) ?? "";
	const command = commands[name];
	if (command === undefined) {
		if (settings.help || words === "help") return { name, command, settings, operands: [] };
		throw misuse(words === "" ? "A command is missing." : `There is no command "${words}".`);
	}
	const operands = positionals.slice(name.split(" ").length);
	if (!settings.help) {
		const given = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
		const foreign = given.find((option) => !command.options.some((own) => own === option));
		if (foreign !== undefined) throw misuse(`sentc-api ${name} has no option --${foreign}.`);
		requireOperands(name, command.operands, operands);
	}
	return { name, command, settings, operands };
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options: readOptions(process.env), allowPositionals: true, tokens: true });
	} catch (cause) {
		throw misuse(`${(cause as Error).message.replace(/\.$/, "")}.`, cause);
	}
}

function requireOperands(name: string, expected: readonly string[], given: readonly string[]): void {
	const needed = expected.filter((operand) => !operand.endsWith("…"));
	const missing = needed.slice(given.length);
	if (missing.length > 0) {
		throw misuse(`sentc-api ${name} needs ${missing.map((operand) => `<${operand}>`).join(" ")}.`);
	}
	const extra = needed.length === expected.length ? given.slice(needed.length) : [];
	if (extra.length > 0) throw misuse(`sentc-api ${name} does not take "${extra.join(" ")}".`);
}

/** The arguments make no sense. */
export function misuse(message: string, cause?: unknown): ApiStartError {
	return new ApiStartError("CONFIG_INVALID", `${message} See sentc-api --help.`, cause);
}
