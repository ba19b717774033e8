/** What the JWT says. */
export interface Claims {
	/** User id. */
	aud: string;
	/** Device id. */
	sub: string;
	/** End of validity, seconds since the epoch. */
	exp: number;
	/** `true` = issued by a login. */
	fresh: boolean;
}

/** Only reads: whether the JWT is to be trusted is for the backend to check. */
export function readClaims(jwt: string): Claims {
	const payload = jwt.split(".")[1] ?? "";
	return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
}
