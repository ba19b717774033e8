// Compares what each public package exports with its report below `etc/`, so that a change of the API is read as a diff.
// `--update` writes the reports anew.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const update = process.argv.includes("--update");
const problems = [];
let checked = 0;

for (const folder of readdirSync(join(root, "packages"))) {
	const manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
	if (manifest.private) continue;
	for (const [entry, { types }] of Object.entries(manifest.exports)) {
		if (!types) continue;
		report(join(root, "packages", folder), types, `${folder}${entry.slice(1).replaceAll("/", "-")}`);
		checked += 1;
	}
}

function report(folder, types, name) {
	const config = ExtractorConfig.prepare({
		packageJsonFullPath: join(folder, "package.json"),
		configObjectFullPath: undefined,
		configObject: {
			projectFolder: folder,
			mainEntryPointFilePath: resolve(folder, types),
			newlineKind: "lf",
			compiler: { tsconfigFilePath: join(folder, "tsconfig.build.json") },
			apiReport: {
				enabled: true,
				reportFileName: name,
				reportFolder: join(root, "etc"),
				// The operations of core-crypto are exported through a type of what their files export.
				includeForgottenExports: name === "core-crypto",
				reportTempFolder: join(root, "node_modules/.cache/api-report"),
			},
		},
	});
	const { apiReportChanged } = Extractor.invoke(config, {
		localBuild: update,
		messageCallback: (message) => {
			message.handled = true;
			if (message.logLevel === ExtractorLogLevel.Error) problems.push(`${name}: ${message.text}`);
		},
	});
	if (apiReportChanged && !update) problems.push(`etc/${name}.api.md differs from what the package exports.`);
}

if (problems.length > 0) {
	console.error([...problems, "`npm run api-report` writes the reports anew; look at their diff."].join("\n"));
	process.exit(1);
}
console.log(`api report: ${checked} entry points ${update ? "written" : "are as reported"}`);
