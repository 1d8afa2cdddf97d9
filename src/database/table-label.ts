import { detach } from '../text-cache.ts';

const MAX_NAME = 63;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const MAY_FOLD = /[\d#]/;

/** Names that databases and their extensions make up, by how they begin. */
const GENERATED =
  /^(_hyper|compress_hyper|_compressed_hypertable|_materialized_hypertable|pg_(?:toast_temp|toast|temp)|#sql)[-_\d].*$/i;
/** 2026, 2026_11, 20261127, 20261127_03, 2026-11-27, y2026m11, p2026_11, 2026w48, 2026_q4. */
const DATE =
  /(?:^|[_.\-$]+)(?:p|part|partition|y|d|dt|fy)?_?(?:19[7-9]\d|20\d\d)(?:[_.-][qwmdh]?\d{1,2}|[qwmdh]\d{1,2}|\d\d){0,6}$/i;
const GLUED_DATE = /(?<=[a-z])20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?$/i;
/** p12, part_12, shard07. */
const PARTITION = /[_.\-$](?:p|part|partition|prt|shard|chunk|bucket)_?\d+$/i;
const NUMBER = /(?:^|[_.\-$])\d{6,}$/;
const UUID = /(?:^|[_.\-$])[\da-f]{8}(?:[-_]?[\da-f]{4}){3}[-_]?[\da-f]{12}$/i;
/** Letters and digits in turn, as words do not have them. */
const HEX = /(?:^|[_.\-$])(?=[\da-f]*(?:\d[a-f]+\d|[a-f]\d+[a-f]))[\da-f]{8,}$/i;
/** Behind tmp or temp, whatever has a digit in its last part. */
const TEMPORARY =
  /(?:(?<=^[#_]*(?:tmp|temp)(?:[_\-\d].*)?|[_.-](?:tmp|temp))(?:[_-][a-z]*)?|(?<=^#+tmp)[a-z]*)\d[\da-z]*$/i;
const ENDS = [DATE, GLUED_DATE, PARTITION, NUMBER, UUID, HEX, TEMPORARY];

const withoutEnd = (name: string): string => {
  for (const end of ENDS) {
    const at = name.search(end);
    if (at !== -1) return name.slice(0, at);
  }
  return name;
};

/** Without the ends that partitions, shards and temporary tables have, of which there may be several. */
const stemOf = (name: string): string => {
  const generated = GENERATED.exec(name)?.[1];
  if (generated !== undefined) return generated;
  let stem = name;
  for (;;) {
    const shorter = withoutEnd(stem);
    if (shorter === stem) return stem;
    stem = shorter;
  }
};

/**
 * The label of a table or collection by its name. Names of more than 63 characters or with unprintable ones are `other`. Those of
 * partitions, shards and temporary tables become their stem and `_*`, of which there is one however many there are, and `*` where
 * nothing is left:
 *
 * - dates at the end, behind `_`, `-`, `.` or `$`: a year from 1970 to 2099 and what follows it of months, weeks, quarters, days,
 *   hours: events_2026, events_2026_11, events_20261127_03, events_y2026m11, events_p2026_11, logs_2026w48, logs-2026.11.27; year
 *   and month also without a separator: events202611;
 * - marks of partitions with a number: events_p12, events_part_3, users_shard07, chunk, bucket, prt;
 * - numbers of at least six digits, UUIDs, and eight or more hexadecimal digits in which letters and digits alternate;
 * - the last part with a digit behind tmp or temp: tmp_8f3a, temp_users_2, #tmp4711, users_tmp_12;
 * - what databases make up: pg_toast_123, _hyper_1_2_chunk, #sql-1a2b_3.
 *
 * Nothing else is folded, since it cannot be told from a name that was chosen: users2, oauth2, utf8_mb4, sha_256, address_2, t_07,
 * s3_objects, 2fa_tokens, #orders.
 */
export const tableLabel = (name: string): string => {
  if (name === '') return 'none';
  if (name.length > MAX_NAME || UNPRINTABLE.test(name)) return 'other';
  if (!MAY_FOLD.test(name)) return detach(name);
  const stem = stemOf(name);
  if (stem === name) return detach(name);
  const folded = stem.replace(/[_.\-$]+$/, '');
  return folded === '' ? '*' : `${folded}_*`;
};
