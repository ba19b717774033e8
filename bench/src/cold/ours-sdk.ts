import Sentc from "@sentc-ts/sdk";
import { type Client, CREDENTIALS } from "./client.js";

export const client: Client = {
	first: () => Sentc.generateRegisterData(),
	async work() {
		await Sentc.prepareRegisterAsync(CREDENTIALS.identifier, CREDENTIALS.password);
	},
};
