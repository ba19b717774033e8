import { parseArgs } from "node:util";

/** What the command line says. */
export interface Options {
	/** A temporary place, one journey, and the end. */
	once: boolean;
	/** Address of this machine under which others reach both servers, for example a phone; `undefined` = nobody else does. */
	host: string | undefined;
	/** Of the own backend; 0 picks a free one. */
	port: number;
	/** Of the group notes: by default the one after `port`; 0 picks a free one. */
	notesPort: number;
	/** Of the API; 0 picks a free one. */
	apiPort: number;
	/** Folder of the databases and of the root key. */
	data: string;
}

const flags = {
	once: { type: "boolean", default: false },
	host: { type: "string" },
	port: { type: "string", default: "3000" },
	"notes-port": { type: "string" },
	"api-port": { type: "string", default: "3002" },
	data: { type: "string", default: ".data" },
} as const;

type Flag = keyof typeof flags;

/**
 * Reads the arguments of a command.
 *
 * @param known the flags that this command has
 * @throws Error with one sentence for every other argument, and for a value that is missing or doesn't fit
 */
export function readOptions(args: string[], known: Flag[]): Options {
	const { tokens, values } = parseArgs({ args, options: flags, strict: false, tokens: true });
	for (const token of tokens) {
		if (token.kind === "option-terminator") continue;
		const text = token.kind === "option" ? token.rawName : token.value;
		if (token.kind === "positional" || !known.some((name) => name === token.name)) {
			throw new Error(`${text} is not known here; there are ${known.map((name) => `--${name}`).join(", ")}.`);
		}
		if (flags[token.name as Flag].type === "string" && !token.value) throw new Error(`${text} needs a value.`);
		if (flags[token.name as Flag].type === "boolean" && token.value) throw new Error(`${text} takes no value.`);
	}
	const port = portOf("port", values.port);
	return {
		once: values.once === true,
		host: hostOf(values.host),
		port,
		notesPort: portOf("notes-port", values["notes-port"] ?? (port === 0 ? 0 : port + 1)),
		apiPort: portOf("api-port", values["api-port"]),
		data: String(values.data),
	};
}

/** One address, as it goes into the URLs that others open. */
function hostOf(text: unknown): string | undefined {
	if (text === undefined) return undefined;
	const url = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`) : undefined;
	const isAll = text === "0.0.0.0";
	if (isAll || url?.host !== text || url.port !== "") {
		throw new Error("--host must be an address of this machine that your phone can reach, for example 192.168.1.5.");
	}
	return url.host;
}

function portOf(flag: Flag, text: unknown): number {
	const number = /^\d+$/.test(String(text)) ? Number(text) : Number.NaN;
	if (!(number <= 65_535)) throw new Error(`--${flag} must be a port number: 0 to 65535.`);
	return number;
}
