import { chromium } from "./chromium.js";
import { firefox } from "./firefox.js";
import type { Engine } from "./types.js";
import { webkit } from "./webkit.js";

export { launchOptions } from "./chromium.js";
export { type Browser, type Engine, INSECURE_HOST, type Tab } from "./types.js";
export { until } from "./until.js";

/** Chromium, Firefox and WebKit. */
export const engines: readonly Engine[] = [chromium, firefox, webkit];
