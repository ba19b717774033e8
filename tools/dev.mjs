import { build, stay } from "./workspace.mjs";

/** `npm run dev`: everything runs, and an edit is live without a build by hand. */
export function dev() {
	build();
	return stay("turbo", ["run", "dev"]);
}
