/** What an application tells about its users. Nothing that is passed makes it throw. */
export interface ActiveUsersApi {
  /** This user is active now, and counts as one for the next five minutes, however often this is called. */
  seen(userId: string | number | bigint): void;
  /**
   * The number of users as the application counts them itself. It is shown, in place of the users that were
   * seen, until `set(undefined)`.
   */
  set(count: number | undefined): void;
}
