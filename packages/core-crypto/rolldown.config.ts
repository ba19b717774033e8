import { libraryForNode } from "../../rolldown.base.js";

// Looked for beside the script that starts it.
export default libraryForNode({ "node-worker": "./dist/worker/node-worker.js" });
