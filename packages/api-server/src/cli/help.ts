import type { Command, Commands, OptionName } from "./arguments.js";

const OPTION_LINES: Readonly<Record<OptionName, string>> = {
	host: "--host <name>           address to listen on (SENTC_HOST, 127.0.0.1)",
	port: "--port <number>         port to listen on, 0 = a free one (SENTC_PORT, 3002)",
	database: "--database <file>       SQLite file (SENTC_DATABASE, .data/sentc.db)",
	"root-key-file":
		"--root-key-file <file>  base64 of 32 bytes (SENTC_ROOT_KEY_FILE, .data/root.key; or the key: SENTC_ROOT_KEY)",
	files:
		"--files <folder>        parts of files, or where they wait for the bucket SENTC_S3_BUCKET_URL (SENTC_FILES, .data/files)",
	"keep-alive-seconds":
		"--keep-alive-seconds <number>  how long a connection may be idle (SENTC_KEEP_ALIVE_SECONDS, 65)",
	"session-days":
		"--session-days <number> after how many unused days a session ends, or unlimited (SENTC_SESSION_DAYS, 90)",
	"session-max-days":
		"--session-max-days <number>  after how many days it ends however often it is used, or unlimited (SENTC_SESSION_MAX_DAYS, 365)",
	"rate-limit-burst":
		"--rate-limit-burst <number>  login requests that an address may send at once (SENTC_RATE_LIMIT_BURST, 300)",
	"rate-limit-per-second":
		"--rate-limit-per-second <number>  how many of them it regains each second (SENTC_RATE_LIMIT_PER_SECOND, 3)",
	"no-rate-limits": "--no-rate-limits        leaves logins without limits (SENTC_NO_RATE_LIMITS=1)",
	"trusted-proxy":
		"--trusted-proxy <address>  proxy, or network of such, whose X-Forwarded-For counts; repeatable (SENTC_TRUSTED_PROXIES)",
	name: "--name <text>           name of the app",
	lax: "--lax                   every endpoint works with the public token, and a one-time password counts again; serve: of the development app",
	options:
		"--options <name=value>  who may call: 0 nobody, 1 public or secret token, 2 secret token only; otp_reuse, file_parts_anonymous: 0 or 1; max_key_rotation_month, min_rank_key_rotation, max_file_mib, max_user_files_mib, max_app_files_mib: a number; repeatable",
	help: "--help",
};

/** What `sentc-api --help` prints. */
export function overview(commands: Commands): string {
	const lines = Object.entries(commands).map(
		([name, command]) => `  ${usage(name, command).padEnd(42)}${command.summary}`,
	);
	return [
		"sentc-api <command> [options]",
		"",
		...lines,
		"",
		"Results are lines of JSON. Exit code 2: it cannot be done as asked, and one sentence says why.",
		"sentc-api <command> --help lists the options of a command.",
		"",
	].join("\n");
}

/** What `sentc-api <command> --help` prints. */
export function commandHelp(name: string, command: Command): string {
	const options = command.options.map((option) => `  ${OPTION_LINES[option]}`);
	const head = `sentc-api ${usage(name, command)}${options.length > 0 ? " [options]" : ""}`;
	return [head, "", command.summary, ...(options.length > 0 ? ["", ...options] : []), ""].join("\n");
}

function usage(name: string, { operands }: Command): string {
	const words = operands.map((operand) => (operand.endsWith("…") ? `[${operand.slice(0, -1)} …]` : `<${operand}>`));
	return [name, ...words].join(" ");
}
