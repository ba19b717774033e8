export { withPeers as default } from "../../vitest.base.js";
