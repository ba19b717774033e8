export { withManyUsers as default } from "../../vitest.base.js";
