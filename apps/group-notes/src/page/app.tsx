import { Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { useSessionState } from "./parts/context.js";
import { Shell } from "./parts/shell.js";
import { type Route, useRoute } from "./route.js";
import { Devices } from "./screens/devices.js";
import { Home } from "./screens/home.js";
import { Join } from "./screens/join.js";
import { Members } from "./screens/members.js";
import { NewDevice } from "./screens/new-device.js";
import { NotebookScreen } from "./screens/notebook.js";
import { Welcome } from "./screens/welcome.js";

export function App(): ReactNode {
	const state = useSessionState();
	const route = useRoute();
	if (state.kind === "starting") {
		return (
			<main className="splash" aria-busy="true">
				<Loader aria-label="Starting" />
			</main>
		);
	}
	if (state.kind === "signed-out") {
		if (route.view === "new-device") return <NewDevice />;
		return <Welcome isInvited={route.view === "join"} message={state.message} />;
	}
	return (
		<Shell>
			<Screen route={route} />
		</Shell>
	);
}

function Screen({ route }: { route: Route }): ReactNode {
	switch (route.view) {
		case "notebook":
			return <NotebookScreen key={route.id} id={route.id} />;
		case "members":
			return <Members key={route.id} id={route.id} />;
		case "join":
			return <Join key={route.groupId} groupId={route.groupId} inviterId={route.inviterId} />;
		case "devices":
			return <Devices />;
		default:
			return <Home />;
	}
}
