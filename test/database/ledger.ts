/** A way to call a database, as the files of test/fixtures/databases/cases say it. */
export interface Case {
  readonly kind: string;
  /** What has to be counted: `SELECT users`, or `SELECT users failed`, once for each call, in any order. */
  readonly calls: readonly string[];
  /** It can be done by several requests at once, on the same connection. */
  readonly together?: boolean;
}

/** What is known of a client of databases: the page docs/databases.md says it, and the tests hold it. */
export interface ClientLedger {
  /** As its users call it: `pg`, `redis`. */
  readonly name: string;
  /** The adapter, by which it is switched off. */
  readonly adapter: string;
  readonly database: string;
  /** Files of test/fixtures/databases/cases, without their extension. */
  readonly cases: readonly string[];
  /** Folders of test/fixtures whose versions are tested. */
  readonly folders: readonly string[];
  /** Those whose versions are told; none: a part of Node.js. */
  readonly packages: readonly string[];
  /** The real server, or what stands for it in the tests. */
  readonly testedAgainst: string;
  /** How calls are seen, in a few words. */
  readonly observedBy: string;
  /** Sentences: how operation and table of a call are named. */
  readonly names: readonly string[];
  /** Sentences: when a call begins and when it ends. */
  readonly span: readonly string[];
  /** Sentences: what is not seen, or is not as one would think. */
  readonly limits: readonly string[];
}

/** An ORM or a query builder: nothing of it is observed, its calls are counted by the client beneath it. */
export interface OrmLedger {
  readonly name: string;
  /** The file of test/fixtures/databases/cases, without its extension. */
  readonly cases: string;
  readonly packages: readonly string[];
  /** Adapters of the clients that its cases are run on. */
  readonly clients: readonly string[];
  /** Sentences: what it sends by itself, and what else surprises. */
  readonly notes: readonly string[];
}
