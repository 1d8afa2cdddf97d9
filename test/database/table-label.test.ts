import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { tableLabel } from '../../src/database/table-label.ts';

const folded: Readonly<Record<string, string>> = {
  'events_*':
    'events_2026 events_2026_11 events_2026_11_27 events_2026_11_27_13 events_202611 events_20261127 events_20261127_03 events_20261127130501 events_y2026 events_y2026m11 events_y2026m11d27 events_p2026_11 events_part_2026 events_2026w48 events_2026_w48 events_2026q4 events_2026_q4 events_2026_1 events_1999 events-2026.11.27 events-2026-11-27 events.2026.11 events$2026 events_fy2026 events202611 events20261127 events_p12 events_p_12 events_part12 events_part_3 events_partition_3 events_shard07 events_shard_7 events_chunk_9 events_prt_12 events_bucket_0 events_102008 events_1700000000000 events_8f3a92bc events_8f3a92bc41d0aa77 events_7b0e2c1a-58cc-4372-a567-0e02b2c3d479 events_7b0e2c1a_58cc_4372_a567_0e02b2c3d479 events_7b0e2c1a58cc4372a5670e02b2c3d479 events_2026_11_p3 events_p3_2026_11 events_2026_11_8f3a92bc events_p1_p2_p3',
  'Events_*': 'Events_2026_11 Events_P12 Events_8F3A92BC',
  'tmp_*': 'tmp_8f3a tmp_x7k2q9 tmp_4711 tmp4711 tmp8f3a12 tmp-8f3a tmp_20261127 tmp_users2',
  'temp_users_*': 'temp_users_2 temp_users_8f3a temp_users_2026_11',
  'users_tmp_*': 'users_tmp_2 users_tmp12 users_tmp_a7',
  '_tmp_*': '_tmp_12 _tmp12',
  '#tmp_*': '#tmp4711 #tmp_4711 #tmp_a1 #tmpab12',
  '##tmp_*': '##tmp12',
  '#orders_*': '#orders_2026 #orders_8f3a92bc',
  '#sql_*': '#sql-1a2b_3 #sql_12 #sql-ib4711',
  'pg_toast_*': 'pg_toast_123 pg_toast_16385_index',
  'pg_temp_*': 'pg_temp_3',
  'pg_toast_temp_*': 'pg_toast_temp_3',
  '_hyper_*': '_hyper_1_2_chunk _hyper_12_345_chunk',
  'compress_hyper_*': 'compress_hyper_2_5_chunk',
  '_materialized_hypertable_*': '_materialized_hypertable_3',
  '*': '2026 2026_11 20261127 4711000 7b0e2c1a-58cc-4372-a567-0e02b2c3d479',
};

const kept =
  'users users2 oauth2 mp3 address_2 address_line_2 sha_256 sha256 utf8_mb4 s3_objects 2fa_tokens web3 k8s_pods iso_3166 iso_20022 iso_27001 windows_1252 form_1099 v2_users users_v2 t_0 t_07 covid_19 budget2026 template2 temperature_2 attempt_3 tempo_12 tmp temp tmp_users temp_s3_import #orders #tmp ##shared decade_decade80 cafe_deadbeef face_8 a_1b events_2026_archive 2026_events area_51 top_100 log_4xx part_numbers p2p partition_keys shards users_p hyper_1_2_chunk pg_toast pg_class 1'.split(
    ' ',
  );

describe('names of partitions, shards and temporary tables', () => {
  for (const [label, names] of Object.entries(folded))
    test(`become ${label}`, () => {
      for (const name of names.split(' ')) assert.equal(tableLabel(name), label, name);
    });

  test('that were chosen stay as they are', () => {
    for (const name of kept) assert.equal(tableLabel(name), name);
  });

  test('control: none is in both lists', () => {
    for (const names of Object.values(folded))
      for (const name of names.split(' ')) assert.ok(!kept.includes(name), name);
  });

  test('too long or unprintable is other, nothing is none', () => {
    assert.equal(tableLabel(''), 'none');
    assert.equal(tableLabel('n'.repeat(63)), 'n'.repeat(63));
    for (const name of ['n'.repeat(64), `events_2026_${'1'.repeat(60)}`, 'a\nb', 'a\u0000', '\ud800'])
      assert.equal(tableLabel(name), 'other');
  });

  test('whatever the name, the label is bounded, and folding it again changes nothing', () => {
    const parts = fc.array(
      fc.constantFrom(
        'events',
        'tmp',
        '#',
        '_',
        '-',
        '.',
        '$',
        '2026',
        '11',
        '8f3a92bc',
        'p',
        '12',
        'é',
        'A',
        '_*',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          parts.map(list => list.join('')),
          fc.string({ unit: 'binary' }),
        ),
        name => {
          const label = tableLabel(name);
          assert.ok(label.length > 0 && label.length <= 65);
          assert.equal(tableLabel(label), label);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('a thousand days are one label', () => {
    const days = Array.from({ length: 1_000 }, (_, day) =>
      new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10),
    );
    for (const name of [
      (day: string) => `events_${day.replaceAll('-', '_')}`,
      (day: string) => `events_${day.replaceAll('-', '')}`,
      (day: string) => `events${day.replaceAll('-', '')}`,
      (day: string) => `events-${day.replaceAll('-', '.')}`,
    ])
      assert.deepEqual(new Set(days.map(day => tableLabel(name(day)))), new Set(['events_*']));
  });
});
