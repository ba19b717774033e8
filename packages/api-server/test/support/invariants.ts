import type { TestApi } from "@sentc-ts/test-world";
import { expect } from "vitest";
import { withDatabase } from "./database.js";

/** Whoever may have keys of a group: members, and those with an open invite. */
const HOLDERS = `(
	select groupId, memberId, keySessionId from members
	union all select groupId, memberId, keySessionId from pendingMembers where kind = 0)`;

/** Each finds rows that must not be there, whatever happened to the process. */
const FAULTS: Readonly<Record<string, string>> = {
	"a user without a device":
		"select id from users where id not in (select userId from devices where userId is not null)",
	"a user group without a user": "select id from groups where type = 1 and id not in (select userGroupId from users)",
	"a user group without a key": "select id from groups where type = 1 and id not in (select groupId from groupKeys)",
	"an attached device that is no member of the user group": `
		select devices.id from devices join users on users.id = devices.userId where not exists (
			select 1 from members where members.groupId = users.userGroupId and members.memberId = devices.id)`,
	"an attached device without a key": `
		select devices.id from devices join users on users.id = devices.userId where not exists (
			select 1 from wrappedKeys where wrappedKeys.groupId = users.userGroupId and wrappedKeys.memberId = devices.id)`,
	"a device without an account": "select id from devices where userId is null",
	"a device that waits and belongs to an account": "select id from waitingDevices where id in (select id from devices)",
	"a member of a user group that is no device of the user": `
		select memberId from members join groups on groups.id = members.groupId where groups.type = 1 and not exists (
			select 1 from devices join users on users.id = devices.userId
			where devices.id = members.memberId and users.userGroupId = members.groupId)`,
	"a wrapped key without its member, or somebody who is invited": `
		select keyId from wrappedKeys where (groupId, memberId) not in (select groupId, memberId from ${HOLDERS})`,
	"an open rotation without its member, or somebody who is invited": `
		select keyId from openRotations where (groupId, memberId) not in (select groupId, memberId from ${HOLDERS})`,
	"a wrapped key or open rotation of a key of another group": `
		select keyId from wrappedKeys where (keyId, groupId) not in (select id, groupId from groupKeys)
		union select keyId from openRotations where (keyId, groupId) not in (select id, groupId from groupKeys)`,
	"a group without members": "select id from groups where id not in (select groupId from members)",
	"somebody who is a member and waits to be one": `
		select memberId from members join pendingMembers using (groupId, memberId)`,
	"a group as a member that there is not": `
		select memberId from members where type != 0 and memberId not in (select id from groups)`,
	"a child whose parent is no member": `
		select id from groups where parentId is not null and not exists (
			select 1 from members where members.groupId = groups.id and members.memberId = groups.parentId and type = 1)`,
	"a group with several creators": "select groupId from members where rank = 0 group by groupId having count(*) > 1",
	"an open rotation of a key that the member has": `
		select openRotations.keyId from openRotations join wrappedKeys using (keyId, memberId)`,
	"a key that nobody holds": "select id from groupKeys where id not in (select keyId from wrappedKeys)",
	"a rotation that no job works on": `
		select id from groupKeys where encryptedEphemeralKey is not null and id not in (select subjectId from jobs)`,
	"a part that is listed and to be removed": "select id from fileParts where id in (select partId from partRemovals)",
	"a file of a group or an owner that there is not": `
		select id from files where groupId not in (select id from groups)
		union select id from files where groupId is null and owner not in (select id from users)
		union select id from files where receiverId not in (select id from users)`,
	"a file without an upload": "select id from files where id not in (select fileId from fileSessions)",
	"a count of bytes that is not that of the files": `
		select appId from fileUsage as counted where bytes != (
			select coalesce(sum(files.bytes), 0) from files
			where files.appId = counted.appId and counted.userId in ('', files.owner))`,
	"a member who misses a key whose rotation is over": `
		select holder.memberId, groupKeys.id from ${HOLDERS} as holder join groupKeys on groupKeys.groupId = holder.groupId
		where groupKeys.encryptedEphemeralKey is null and holder.keySessionId is null
			and not exists (select 1 from wrappedKeys where keyId = groupKeys.id and memberId = holder.memberId)
			and not exists (select 1 from openRotations where keyId = groupKeys.id and memberId = holder.memberId)`,
};

/** Fails when the rows of the database contradict each other. */
export function expectSoundDatabase(server: Pick<TestApi, "database">): void {
	const found = withDatabase(server, (connection) => {
		const all = (query: string) => connection.prepare(query).all([]) as object[];
		return {
			integrity: all("pragma integrity_check"),
			foreignKeys: all("pragma foreign_key_check"),
			faults: Object.entries(FAULTS).filter(([, query]) => all(query).length > 0),
		};
	});
	expect(found).toEqual({ integrity: [{ integrity_check: "ok" }], foreignKeys: [], faults: [] });
}
