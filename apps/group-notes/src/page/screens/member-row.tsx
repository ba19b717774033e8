import { Avatar, Badge, Button, NativeSelect } from "@mantine/core";
import type { GroupUserListItem } from "@sentc-ts/sdk";
import { type ReactNode, useState } from "react";
import type { Notebook } from "../client/notebook.js";
import { ADMIN, givableRanks, MANAGER, RANKS } from "../client/ranks.js";
import { safetyNumber } from "../client/safety-number.js";
import { comparedNumber } from "../client/trust.js";
import { useSession } from "../parts/context.js";
import { Confirm, Dialog } from "../parts/dialog.js";
import { Icon } from "../parts/icons.js";
import { Compare } from "../parts/safety-number.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { useLoad } from "../parts/use-load.js";

/** The user: the API's list has the others. */
export function OwnRow({ rank }: { rank: number }): ReactNode {
	return (
		<li className="row">
			<Avatar color="teal" aria-hidden="true" />
			<span className="row-name">You</span>
			<Badge variant="light" color="gray">
				{RANKS[rank]}
			</Badge>
		</li>
	);
}

interface MemberRowProps {
	notebook: Notebook;
	member: GroupUserListItem;
	/** @param what was done, in words */
	onChange: (what?: string) => void;
}

export function MemberRow({ member, notebook, onChange }: MemberRowProps): ReactNode {
	const { people } = useSession();
	const { rank, user_id } = member;
	const name = people.nameOf(user_id);
	const isNotAbove = rank >= notebook.rank && rank > 0;
	const { error, isBusy, run } = useAction();
	const [isRemoving, setRemoving] = useState(false);
	const changeRank = async (value: string): Promise<void> => {
		await run(() => notebook.changeRank(user_id, Number(value)));
		onChange();
	};
	const remove = async (): Promise<void> => {
		await notebook.remove(user_id).catch((error: unknown) => {
			onChange();
			throw error;
		});
		onChange(`${name} is removed, and the notebook has a new key.`);
	};
	return (
		<li className="row">
			<Avatar name={name} color="initials" aria-hidden="true" />
			<span className="row-name">{name}</span>
			<Verified userId={user_id} name={name} />
			{notebook.rank <= ADMIN && isNotAbove ? (
				<NativeSelect
					aria-label={`Rank of ${name}`}
					value={rank}
					disabled={isBusy}
					onChange={(event) => void changeRank(event.currentTarget.value)}
					data={[...new Set([...givableRanks(notebook.rank), rank])].toSorted().map((value) => ({
						value: String(value),
						label: RANKS[value] ?? "",
					}))}
				/>
			) : (
				<Badge variant="light" color="gray">
					{RANKS[rank]}
				</Badge>
			)}
			{notebook.rank <= MANAGER && isNotAbove && (
				<Button
					variant="subtle"
					color="red"
					className="danger"
					aria-label={`Remove ${name}`}
					onClick={() => setRemoving(true)}
				>
					Remove
				</Button>
			)}
			<Problem error={error} />
			<Confirm
				isOpen={isRemoving}
				onClose={() => setRemoving(false)}
				title={`Remove ${name}?`}
				yes="Remove"
				work={remove}
			>
				The notebook gets a new key: {name} reads nothing that is written from then on. What they have read already,
				they may have kept.
			</Confirm>
		</li>
	);
}

/** Has the number been compared, and is it still that one? */
function Verified({ name, userId }: { name: string; userId: string }): ReactNode {
	const session = useSession();
	const [isOpen, setOpen] = useState(false);
	const compared = comparedNumber(session.ownId, userId);
	const loaded = useLoad(`${userId} ${compared}`, () => safetyNumber(session, userId));
	const isVerified = compared !== undefined && compared === loaded.value?.number;
	const isChanged = compared !== undefined && loaded.value !== undefined && !isVerified;
	return (
		<>
			<Button
				variant={isVerified ? "light" : "default"}
				size="compact-sm"
				className={isChanged ? "danger" : ""}
				leftSection={isVerified && <Icon name="shield" size={16} />}
				aria-label={
					isVerified
						? `${name} is verified: see the safety number`
						: isChanged
							? `Key changed: verify ${name}`
							: `Verify ${name}`
				}
				onClick={() => setOpen(true)}
			>
				{isVerified ? "Verified" : isChanged ? "Key changed" : "Verify"}
			</Button>
			<Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={`Safety number with ${name}`}>
				<Compare userId={userId} name={name} yes="They match: mark as verified" onSame={async () => setOpen(false)} />
			</Dialog>
		</>
	);
}
