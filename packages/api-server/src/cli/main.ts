import { OperatorError } from "../errors.js";
import { readInvocation } from "./arguments.js";
import { COMMANDS } from "./commands.js";
import { commandHelp, overview } from "./help.js";

/** Where a program writes. */
export interface Streams {
	readonly stdout: { write(text: string): unknown };
	readonly stderr: { write(text: string): unknown };
}

/** Does what the arguments ask for. Answers the exit code. */
export async function main(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
	try {
		const { name, command, settings, operands } = readInvocation(args, COMMANDS);
		if (command === undefined) {
			stdout.write(overview(COMMANDS));
		} else if (settings.help) {
			stdout.write(commandHelp(name, command));
		} else {
			for await (const line of command.run(settings, operands)) stdout.write(`${JSON.stringify(line)}\n`);
		}
		return 0;
	} catch (error) {
		const mistake = error instanceof OperatorError;
		stderr.write(`${mistake ? error.message : String(error)}\n`);
		return mistake ? 2 : 1;
	}
}
