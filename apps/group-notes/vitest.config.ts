export { withUsers as default } from "../../vitest.base.js";
