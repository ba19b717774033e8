export { inOneProcess as default } from "../../vitest.base.js";
