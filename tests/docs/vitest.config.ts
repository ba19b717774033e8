import { mergeConfig } from "vitest/config";
import base, { rememberedArgon2 } from "../../vitest.base.js";

export default mergeConfig(base, { resolve: { alias: rememberedArgon2 } });
