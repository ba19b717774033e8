import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";
import { BackendError, TIMEOUT } from "./client/connection.js";
import { type Config, Session } from "./client/session.js";
import { installOffline } from "./offline/install.js";
import { SessionContext } from "./parts/context.js";
import { Problem } from "./parts/states.js";
import { theme } from "./theme.js";

async function loadConfig(): Promise<Config> {
	const response = await fetch("/config.json", { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => undefined);
	if (!response?.ok) throw new BackendError("The server can't be reached.", 0);
	return response.json();
}

const root = createRoot(document.getElementById("app") as HTMLElement);

/** All styles are in files: the page's policy refuses style elements. */
function show(content: React.ReactNode): void {
	root.render(
		<StrictMode>
			<MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
				{content}
			</MantineProvider>
		</StrictMode>,
	);
}

async function start(): Promise<void> {
	try {
		const session = new Session(await loadConfig());
		show(
			<SessionContext value={session}>
				<App />
			</SessionContext>,
		);
		await session.start();
	} catch (error) {
		show(
			<main className="page">
				<Problem error={error} again={() => void start()} />
			</main>,
		);
	}
}

installOffline();
void start();
