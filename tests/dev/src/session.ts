import { createSentc, MemoryStorage } from "@sentc-ts/sdk";
import { fetchText } from "./pages.js";

/** Somebody who registered, logged in and encrypted a text. */
export interface Session {
	/** What a page does that loads again: goes on with the stored session. @throws Error when something is gone */
	goesOn(): Promise<void>;
}

const PROFILE = { email: "ada@example.com", full_name: "Ada Lovelace" };

export async function logIn({ apiUrl, backendUrl }: { apiUrl: string; backendUrl: string }): Promise<Session> {
	const { public_token } = JSON.parse(await fetchText(`${backendUrl}/config.json`));
	const memory = new MemoryStorage();
	const load = () =>
		createSentc({
			base_url: apiUrl,
			app_token: public_token,
			storage: { getStorage: async () => memory },
			worker: false,
		});

	const first = load();
	const input = first.prepareRegister("ada", "correct horse battery staple");
	const body = JSON.stringify({ input, ...PROFILE });
	first.doneRegister(await fetchText(`${backendUrl}/register`, { method: "POST", body }));
	await first.init();
	const user = await first.login("ada", "correct horse battery staple", true);
	const groupId = await user.createGroup();
	const encrypted = await (await user.getGroup(groupId)).encryptString("kept");

	const goesOn = async () => {
		const again = await load().init();
		if (!again) throw new Error("Nobody is logged in any more.");
		const headers = { authorization: `Bearer ${await again.getJwt()}` };
		const me = JSON.parse(await fetchText(`${backendUrl}/me`, { headers }));
		if (me.email !== PROFILE.email) throw new Error("The profile is gone.");
		const text = await (await again.getGroup(groupId)).decryptString(encrypted);
		if (text !== "kept") throw new Error("The group's key is gone.");
	};
	return { goesOn };
}
