import type { TestApi } from "@sentc-ts/test-world";
import { startApi } from "./api.js";
import { newGroup, newUser } from "./client.js";
import { rows, withDatabase } from "./database.js";
import { addDevice, rotate } from "./devices.js";
import { enterGroups } from "./groups.js";
import { registerOtp } from "./second-factor.js";

const TABLES = [
	"users",
	"devices",
	"sessions",
	"loginChallenges",
	"secondFactors",
	"recoveryKeys",
	"groups",
	"members",
	"pendingMembers",
	"groupKeys",
	"wrappedKeys",
	"searchKeys",
	"openRotations",
];

/** How many rows each table has that says something of users. */
export const count = (server: TestApi) =>
	Object.fromEntries(TABLES.map((table) => [table, rows(server, table).length]));

/** A user with two devices, a second factor and places in groups of another one; and what was there before. */
export async function wholeUser() {
	const server = await startApi();
	const owner = await newUser(server, "owner");
	await newGroup(server, owner);
	await newGroup(server, owner);
	const before = count(server);
	withDatabase(server, (connection) => connection.exec("delete from groups where type = 0"));
	const user = await newUser(server, "alice");
	await addDevice(server, user, "second");
	await enterGroups(server, owner, user);
	await rotate(server, user);
	await server.api.runJobs();
	await registerOtp(server, user);
	return { server, owner, user, before };
}
