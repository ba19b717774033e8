import { libraryForNode } from "../../rolldown.base.js";

export default libraryForNode();
