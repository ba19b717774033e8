import { createDefaultBackend } from "@sentc-ts/core-crypto";
import { type Client, CREDENTIALS, DATA, KEY, TEXT, TIMES } from "./client.js";

const backend = createDefaultBackend();
const key = { symmetric: KEY };

export const client: Client = {
	first: () => backend.generateRegisterData({}),
	async work() {
		await backend.prepareRegister(CREDENTIALS);
		for (let time = 0; time < TIMES; time++) {
			await backend.encryptString({ key, text: TEXT });
			await backend.encrypt({ key, data: DATA });
		}
	},
};
