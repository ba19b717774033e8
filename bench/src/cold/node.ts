// A fresh process: says when the client named by its argument was ready, and what it keeps in memory after some work.
import { setTimeout } from "node:timers/promises";
import type { Client } from "./client.js";
import type { ColdStart } from "./cold-start.js";

const [, , name] = process.argv;
const started = performance.now();
const { client }: { client: Client } = await import(`./${name}.js`);
await client.first();
const ready = performance.now() - started;
await client.work();
// What large arrays had is given back a moment after they are collected.
globalThis.gc?.();
await setTimeout(50);
globalThis.gc?.();
const { external, heapUsed, rss } = process.memoryUsage();
process.stdout.write(JSON.stringify({ ready, heap: heapUsed + external, process: rss } satisfies ColdStart));
process.exit();
