import ky, { isHTTPError } from "ky";
import type { Ky } from "./ky-node.js";

/** Bundlers put it where its users are. */
export const loadKy = async (): Promise<Ky> => ({ ky, isHTTPError });
