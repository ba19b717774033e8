/** A handler of a runtime with `fetch`; see `nodeHandler` for Express. */
export type Handler = (request: Request) => Promise<Response>;
