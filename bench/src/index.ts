import { createCrypto, createInThreadBackend } from "@sentc-ts/core-crypto";
import { loadReference } from "@sentc-ts/interop/reference";
import { createAccount, loginServer } from "./account.js";
import { browserFileRows } from "./browser-files.js";
import { fileRows } from "./files.js";
import { groupRows } from "./groups.js";
import { type GroupSizes, largeGroupRows } from "./large-groups.js";
import { measure, type Result, type Row } from "./measure.js";

/** Each row once and small, to see that it runs: the times say nothing. */
const smoke = process.argv.includes("--smoke");
/** Large files alone, with the memory they take. */
const filesOnly = process.argv.includes("--files");
/** Large groups alone, through the SDK and an API. */
const groupsOnly = process.argv.includes("--groups");
/** Rows to which the reference client has nothing like. */
const alone = filesOnly || groupsOnly;

const crypto = createCrypto();
const backend = createInThreadBackend();
const account = createAccount(crypto);
const reference = loadReference(loginServer(account));
const { identifier, password } = account;

const text = "x".repeat(1024);
const data = new Uint8Array(4 * 1024 * 1024);
const key = { symmetric: account.user.groupKey };

const rows: Row[] = [
	{
		name: "prepare a registration",
		calls: 1,
		samples: 15,
		ours: () => crypto.prepareRegister({ identifier, password }),
		reference: () => reference.prepare_register(identifier, password),
	},
	{
		name: "login (crypto only)",
		calls: 1,
		samples: 15,
		ours: async () => {
			const { masterKeyEncryptionKey } = await backend.deriveLoginKeys({
				password,
				prepareLogin: account.prepareLogin,
			});
			const { device } = await backend.openDevice({ masterKeyEncryptionKey, doneLogin: account.doneLogin });
			await backend.openUser({ privateKey: device.privateKey, userKeys: [account.userKey] });
		},
		reference: () => reference.login("http://stub", "token", identifier, password),
	},
	{
		name: "create a group",
		calls: 20,
		samples: 15,
		ours: () => crypto.prepareGroup({ creatorPublicKey: account.user.publicKey }),
		reference: () => reference.group_prepare_create_group(account.user.publicKey, undefined, "user"),
	},
	{
		name: "encrypt a string of 1 KiB",
		calls: 500,
		samples: 15,
		ours: () => crypto.encryptString({ key, text }),
		reference: () => reference.encrypt_string_symmetric(key.symmetric, text),
	},
	{
		name: "encrypt 4 MiB",
		calls: 3,
		samples: 15,
		ours: () => backend.encrypt({ key, data }),
		reference: () => reference.encrypt_symmetric(key.symmetric, data),
	},
	...groupRows(crypto, reference, account, smoke ? 20 : 1000),
];

const sizes: GroupSizes = smoke
	? { members: [2, 4], keys: [2, 4] }
	: { members: [100, 1000, 10_000], keys: [10, 100, 1000] };

/** The reference client has no API of its own to be measured with. */
const columns = alone ? 3 : 5;

function line(cells: readonly string[]): string {
	return `| ${cells.slice(0, columns).join(" | ")} |`;
}

function format({ name, per }: Row, { ours, ratio, reference: theirs }: Result): string {
	const ms = (value: number | undefined) =>
		value === undefined ? "" : value < 1000 ? value.toPrecision(3) : value.toFixed(0);
	const each = per ? `${ms(ours / per.count)} per ${per.what}` : "";
	return line([name, ms(ours), each, ms(theirs), ratio === undefined ? "" : `${ratio.toPrecision(2)}×`]);
}

const meaning = alone ? "" : " taken in turn; above 1× = sentc-ts is faster";
console.log(`Node ${process.version}; ms per call, medians of samples${meaning}\n`);
console.log(line(["operation", "sentc-ts", "of it", "sentc_wasm 0.15.0", "ratio"]));
console.log(line(["---", "---:", "---:", "---:", "---:"]));
async function show(row: Row): Promise<void> {
	console.log(format(row, await measure(smoke ? { ...row, calls: 1, samples: 1 } : row)));
}
if (!alone) for (const row of rows) await show(row);
if (filesOnly || smoke) for await (const row of fileRows(smoke ? 16 : 2048)) await show(row);
if (filesOnly || smoke) for await (const row of browserFileRows(smoke ? 16 : 2048)) await show(row);
if (groupsOnly || smoke) for await (const row of largeGroupRows(sizes)) await show(row);
await backend.close();
