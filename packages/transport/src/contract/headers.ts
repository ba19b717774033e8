/** Carries the public or the secret token of the app (protocol/http-api §1.1). */
export const APP_TOKEN_HEADER = "x-sentc-app-token";
/** Names the group through which the caller reaches another group (protocol/http-api §5). */
export const GROUP_ACCESS_HEADER = "x-sentc-group-access-id";
/** Not part of the reference: names the IP address that an own backend acts for. It counts with the secret token only. */
export const CLIENT_ADDRESS_HEADER = "x-sentc-client-address";
