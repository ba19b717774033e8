import { build, must, stay } from "./workspace.mjs";

/**
 * `npm run dev`: everything runs, and an edit is live without a build by hand. What can't start is said before turbo starts, in one
 * sentence.
 */
export function dev(args) {
	build();
	must(process.execPath, ["apps/own-backend/dist/dev/check.js", ...args]);
	return stay("turbo", ["run", "dev", "--", ...args]);
}
