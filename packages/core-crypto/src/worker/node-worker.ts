import { parentPort } from "node:worker_threads";
import { nodeEndpoint } from "./node-endpoint.js";
import { serveOperations } from "./serve.js";

// Script of the worker thread.
if (parentPort) serveOperations(nodeEndpoint(parentPort));
