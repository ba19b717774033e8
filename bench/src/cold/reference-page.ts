import { load } from "../page/reference.js";
import type { Client } from "./client.js";
import { referenceClient } from "./reference.js";

export const client: Client = referenceClient(await load());
