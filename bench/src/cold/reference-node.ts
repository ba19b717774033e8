import { loadReference } from "@sentc-ts/interop/reference";
import type { Client } from "./client.js";
import { referenceClient } from "./reference.js";

export const client: Client = referenceClient(loadReference());
