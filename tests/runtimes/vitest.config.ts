import { mergeConfig } from "vitest/config";
import base from "../../vitest.base.js";

// Each test runs other processes, some of them whole test files.
export default mergeConfig(base, { test: { testTimeout: 300_000, hookTimeout: 300_000 } });
