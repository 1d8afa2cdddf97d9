/** Decides whether a request may read the metrics; may be asynchronous, may throw a `Response` to be sent instead. */
export type AuthorizeRequest<Request> = (request: Request) => boolean | Promise<boolean>;
