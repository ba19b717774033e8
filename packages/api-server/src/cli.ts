import { readInvocation } from "./cli/arguments.js";
import { COMMANDS } from "./cli/commands.js";
import { commandHelp, overview } from "./cli/help.js";
import { OperatorError } from "./errors.js";

async function main(args: readonly string[]): Promise<void> {
	const { name, command, settings, operands } = readInvocation(args, COMMANDS);
	if (command === undefined) {
		process.stdout.write(overview(COMMANDS));
	} else if (settings.help) {
		process.stdout.write(commandHelp(name, command));
	} else {
		for await (const line of command.run(settings, operands)) process.stdout.write(`${JSON.stringify(line)}\n`);
	}
}

main(process.argv.slice(2)).catch((error: unknown) => {
	const mistake = error instanceof OperatorError;
	process.exitCode = mistake ? 2 : 1;
	process.stderr.write(`${mistake ? error.message : String(error)}\n`);
});
