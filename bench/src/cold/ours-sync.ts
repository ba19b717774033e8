import { createCrypto } from "@sentc-ts/core-crypto";
import { type Client, CREDENTIALS, DATA, KEY, TEXT, TIMES } from "./client.js";

const crypto = createCrypto();
const key = { symmetric: KEY };

export const client: Client = {
	first: () => crypto.generateRegisterData({}),
	async work() {
		crypto.prepareRegister(CREDENTIALS);
		for (let time = 0; time < TIMES; time++) {
			crypto.encryptString({ key, text: TEXT });
			crypto.encrypt({ key, data: DATA });
		}
	},
};
