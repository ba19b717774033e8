import type { Endpoint } from "comlink";
import { serveOperations } from "./serve.js";

// Script of the Web Worker.
serveOperations(globalThis as unknown as Endpoint);
