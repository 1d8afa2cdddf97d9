import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Family } from '../../src/metrics/family.ts';
import { createLabelSet } from '../../src/metrics/label-set.ts';
import { expose, openMetricsFormat, textFormat } from '../../src/prometheus/exposition.ts';

/** The whole page in text format 0.0.4. */
const text = (families: readonly Family[]): string => [...expose(families, textFormat)].join('');

test('a page, whole', () => {
  const families: readonly Family[] = [
    {
      name: 'http_requests_total',
      type: 'counter',
      help: 'Total number of HTTP requests',
      series: [
        {
          labels: createLabelSet([
            ['method', 'GET'],
            ['path', '/users/:id'],
            ['status', '200'],
          ]),
          value: 12,
        },
        {
          labels: createLabelSet([
            ['method', 'GET'],
            ['path', 'quote " slash \\ line\nend'],
            ['status', '200'],
          ]),
          value: 1,
        },
      ],
    },
    {
      name: 'db_query_duration_seconds',
      type: 'histogram',
      help: 'with \\ and\nline',
      series: [
        {
          labels: createLabelSet([
            ['operation', 'SELECT'],
            ['table', 'users'],
          ]),
          value: { bounds: [0.01, 1], counts: [2, 1, 3], sum: 9.5, count: 6 },
        },
        { labels: createLabelSet([]), value: { bounds: [0.01, 1], counts: [0, 0, 0], sum: 0, count: 0 } },
      ],
    },
    {
      name: 'odd',
      type: 'gauge',
      help: '',
      series: [Number.NaN, Infinity, -Infinity, 1e21, -0.5].map((value, index) => ({
        labels: createLabelSet([['n', String(index)]]),
        value,
      })),
    },
  ];
  assert.equal(
    text(families),
    `# HELP http_requests_total Total number of HTTP requests
# TYPE http_requests_total counter
http_requests_total{method="GET",path="/users/:id",status="200"} 12
http_requests_total{method="GET",path="quote \\" slash \\\\ line\\nend",status="200"} 1
# HELP db_query_duration_seconds with \\\\ and\\nline
# TYPE db_query_duration_seconds histogram
db_query_duration_seconds_bucket{operation="SELECT",table="users",le="0.01"} 2
db_query_duration_seconds_bucket{operation="SELECT",table="users",le="1"} 3
db_query_duration_seconds_bucket{operation="SELECT",table="users",le="+Inf"} 6
db_query_duration_seconds_sum{operation="SELECT",table="users"} 9.5
db_query_duration_seconds_count{operation="SELECT",table="users"} 6
db_query_duration_seconds_bucket{le="0.01"} 0
db_query_duration_seconds_bucket{le="1"} 0
db_query_duration_seconds_bucket{le="+Inf"} 0
db_query_duration_seconds_sum 0
db_query_duration_seconds_count 0
# HELP odd${' '}
# TYPE odd gauge
odd{n="0"} NaN
odd{n="1"} +Inf
odd{n="2"} -Inf
odd{n="3"} 1e+21
odd{n="4"} -0.5
`,
  );
});

/** What Prometheus reads of a label value: the escapes of the text format undone. */
const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));

test('any label value comes back as it was, on one line; what UTF-8 cannot say becomes U+FFFD', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\r',
        '{',
        '}',
        ',',
        '=',
        '\u0000',
        '\uD800',
        '\uDC00',
        '€',
        '#',
        ' ',
      ),
    }),
    fc.constantFrom('__proto__', '', 'x'.repeat(10_000)),
  );
  fc.assert(
    fc.property(hostile, value => {
      const [, , sample = '', end] = text([
        {
          name: 'm',
          type: 'gauge',
          help: '',
          series: [{ labels: createLabelSet([['v', value]]), value: 1 }],
        },
      ]).split('\n');
      const match = /^m\{v="((?:[^"\\]|\\.)*)"\} 1$/s.exec(sample);
      assert.ok(match, JSON.stringify(sample));
      assert.equal(unescaped(match[1] ?? ''), value.toWellFormed().replaceAll('\u0000', '\uFFFD'));
      assert.equal(Buffer.from(sample).toString(), sample);
      assert.equal(end, '');
    }),
    { numRuns: 10_000 },
  );
});

test('negative control: a value that is not escaped is not one sample', () => {
  assert.doesNotMatch('m{v="a"b"} 1', /^m\{v="((?:[^"\\]|\\.)*)"\} 1$/);
});

test('the same in OpenMetrics, with exemplars', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const exemplar = { traceId, spanId: 'b7ad6b7169203331', value: 0.7, timestamp: 1_700_000_000.5 };
  const page = [
    ...expose(
      [
        {
          name: 'http_requests_total',
          type: 'counter',
          help: 'All "requests" \\ \n',
          series: [{ labels: createLabelSet([['a', 'b']]), value: 3 }],
        },
        { name: 'jobs', type: 'counter', help: '', series: [{ labels: createLabelSet([]), value: 1 }] },
        {
          name: 'nodejs_active_handles_total',
          type: 'gauge',
          help: 'Handles',
          series: [{ labels: createLabelSet([]), value: 2 }],
        },
        { name: 'unused', type: 'gauge', help: 'Never recorded', series: [] },
        {
          name: 'd',
          type: 'histogram',
          help: 'D',
          series: [
            {
              labels: createLabelSet([['k', 'v']]),
              value: {
                bounds: [0.5, 1, 10],
                counts: [1, 2, 0, 3],
                sum: 99,
                count: 6,
                exemplars: [undefined, exemplar, undefined, { ...exemplar, value: 20 }],
              },
            },
          ],
        },
      ],
      openMetricsFormat,
    ),
  ].join('');
  assert.equal(
    page,
    `# HELP http_requests All \\"requests\\" \\\\ \\n
# TYPE http_requests counter
http_requests_total{a="b"} 3
# HELP jobs${' '}
# TYPE jobs counter
jobs_total 1
# HELP nodejs_active_handles_total Handles
# TYPE nodejs_active_handles_total gauge
nodejs_active_handles_total 2
# HELP d D
# TYPE d histogram
d_bucket{k="v",le="0.5"} 1
d_bucket{k="v",le="1.0"} 3 # {trace_id="${traceId}",span_id="b7ad6b7169203331"} 0.7 1700000000.5
d_bucket{k="v",le="10.0"} 3
d_bucket{k="v",le="+Inf"} 6 # {trace_id="${traceId}",span_id="b7ad6b7169203331"} 20 1700000000.5
d_sum{k="v"} 99
d_count{k="v"} 6
# EOF
`,
  );
});

test('an empty page is a page', () => {
  assert.equal(text([]), '');
  assert.equal([...expose([], openMetricsFormat)].join(''), '# EOF\n');
});
