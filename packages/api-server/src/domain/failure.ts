import type { ServerError } from "@sentc-ts/transport/contract";

/** A rule refuses the request; the answer is one of the errors of the contract. */
export class Failure extends Error {
	readonly error: ServerError;

	constructor(error: ServerError) {
		super(error.message);
		this.name = "Failure";
		this.error = error;
	}
}
