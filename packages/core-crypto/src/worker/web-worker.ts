import type { Endpoint } from "comlink";
import { serveOperations } from "./serve.js";

// Script of the Web Worker. In any other scope, a page above all, everybody who can send it messages could call the operations.
const { DedicatedWorkerGlobalScope: scope } = globalThis as { DedicatedWorkerGlobalScope?: abstract new () => unknown };
if (scope && globalThis instanceof scope) serveOperations(globalThis as unknown as Endpoint);
