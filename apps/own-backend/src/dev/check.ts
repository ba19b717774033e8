import { createServer } from "node:net";
import { readOptions } from "../options.js";

/** Says in one sentence why `npm run dev` can't start with these arguments; run before anything stays up. */
try {
	const { apiPort, notesPort, port } = readOptions(process.argv.slice(2), ["port", "notes-port", "api-port", "data"]);
	await mustBeFree(apiPort, "for the API with --api-port <number>");
	await mustBeFree(port, "with --port <number>");
	await mustBeFree(notesPort, "for the group notes with --notes-port <number>");
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}

function mustBeFree(port: number, how: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", () => reject(new Error(`Port ${port} is taken; choose another one ${how}.`)));
		server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
	});
}
