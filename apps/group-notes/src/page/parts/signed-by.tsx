import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { comparedNumber } from "../client/trust.js";
import { useSession } from "./context.js";
import { Icon } from "./icons.js";

/** Whose signature was checked, and whether the key behind it is known to be that person's. */
export function SignedBy({ userId, name }: { userId: string; name: string }): ReactNode {
	const { ownId } = useSession();
	const isOwn = userId === ownId;
	const isVerified = isOwn || comparedNumber(ownId, userId) !== undefined;
	return (
		<Text size="sm" c="dimmed" component="p" className="signed-by">
			<Icon name={isVerified ? "shield" : "lock"} size={16} />
			<span>
				Signed by {isOwn ? "you" : name}
				{!isVerified && ", whom you have not verified"}
			</span>
		</Text>
	);
}
