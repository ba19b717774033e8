/** Where a request comes from. */
export interface Caller {
	/** IP address of the other end of the socket: the client, or the nearest proxy. */
	readonly address?: string | undefined;
}
