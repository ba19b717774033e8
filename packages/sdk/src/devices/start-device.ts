import type { SyncCrypto } from "@sentc-ts/core-crypto";
import { readEnvelope } from "@sentc-ts/transport";
import { deviceRoutes } from "@sentc-ts/transport/contract";
import type { Cryptography } from "../crypto.js";
import { checkCredentials } from "../input.js";
import type { Context } from "../session/context.js";
import { otherDevice, PreparedDevices, preparedHere, requirePrepared } from "./prepared-device.js";

/** A new device asks to be added to an account: one per instance of the SDK, which knows what it prepared. */
export class DeviceStart {
	readonly #prepared = new PreparedDevices();

	prepare(crypto: SyncCrypto, identifier: string, password: string): string {
		checkCredentials(identifier, password);
		return this.#remember(JSON.stringify(crypto.prepareRegisterDevice({ identifier, password })));
	}

	async prepareAsync({ backend }: Cryptography, identifier: string, password: string): Promise<string> {
		checkCredentials(identifier, password);
		return this.#remember(JSON.stringify(await backend.prepareRegisterDevice({ identifier, password })));
	}

	/**
	 * Only checks: the answer itself goes to the device that is logged in, which gives all keys of the account to the public key
	 * in it.
	 *
	 * @throws AnswerForged when it is about another device than was prepared
	 */
	done(serverOutput: string, preparedInput?: string): void {
		const answered = readEnvelope(serverOutput, deviceRoutes.prepareRegisterDevice.result);
		if (preparedInput !== undefined) requirePrepared(answered, preparedInput);
		// Where nothing was prepared, as after a reload, there is nothing to compare with.
		else if (!this.#prepared.isEmpty && !this.#prepared.has(answered)) throw otherDevice();
	}

	/**
	 * @returns the answer of the API as text
	 * @throws AnswerForged when it is about another device than was sent
	 */
	async run(context: Context, identifier: string, password: string): Promise<string> {
		const body = await this.prepareAsync(context, identifier, password);
		const serverOutput = await context.client.forward(deviceRoutes.prepareRegisterDevice, { body });
		this.done(serverOutput, body);
		return serverOutput;
	}

	#remember(body: string): string {
		this.#prepared.add(body);
		preparedHere.add(body);
		return body;
	}
}
