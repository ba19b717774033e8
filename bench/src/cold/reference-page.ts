import { load } from "../page/reference.js";
import type { Client } from "./client.js";
import { referenceClient } from "./reference.js";

const { reference, memory } = await load();

export const client: Client = { ...referenceClient(reference), memory: () => memory.buffer.byteLength };
