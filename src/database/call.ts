/**
 * Receives one finished database call.
 *
 * @param operation upper-case SQL verb or driver command, `none` where there is none
 * @param table the first table that the statement works on, `none` where there is none
 * @param seconds from the moment it was sent to the server until its result or error was complete
 */
export type RecordCall = (operation: string, table: string, seconds: number, failed: boolean) => void;
