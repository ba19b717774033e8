import type { Client } from "@sentc-ts/transport";
import type { Cryptography } from "../crypto.js";
import { MemoryStorage } from "../storage/memory.js";
import { Store } from "../storage/store.js";
import { PublicKeys, publicKeyOptions } from "./public-keys.js";

/** Public keys of another API or app: nothing is known of its users, and nothing of them is kept. */
export function publicKeysOfOtherApi(client: Client, cryptography: Cryptography): PublicKeys {
	return new PublicKeys(client, new Store(new MemoryStorage(), client.timeout), cryptography, publicKeyOptions({}));
}
