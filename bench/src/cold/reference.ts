import type { Reference } from "@sentc-ts/interop/reference";
import { type Client, CREDENTIALS, DATA, KEY, TEXT, TIMES } from "./client.js";

export function referenceClient(reference: Reference): Client {
	return {
		first: () => reference.generate_user_register_data().free(),
		async work() {
			reference.prepare_register(CREDENTIALS.identifier, CREDENTIALS.password);
			for (let time = 0; time < TIMES; time++) {
				reference.encrypt_string_symmetric(KEY, TEXT);
				reference.encrypt_symmetric(KEY, DATA);
			}
		},
	};
}
