/** The JWT of `Authorization: Bearer <jwt>`, or an empty text. */
export function bearerOf(request: Request): string {
	return request.headers.get("Authorization")?.replace(/^Bearer /, "") ?? "";
}
