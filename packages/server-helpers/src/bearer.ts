/** The JWT of `Authorization: Bearer <jwt>`; `undefined` when the request has none. */
export function bearerOf(request: Request): string | undefined {
	return /^Bearer (\S+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
}
