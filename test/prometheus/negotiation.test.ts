import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMetricsFormat, textFormat } from '../../src/prometheus/exposition.ts';
import { negotiateEncoding, negotiateFormat } from '../../src/prometheus/negotiation.ts';

const text = textFormat;
const open = openMetricsFormat;

const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

test('OpenMetrics for those who ask for it first, text for all others', () => {
  const cases = [
    [undefined, text],
    ['', text],
    ['*/*', text],
    ['text/html,application/xhtml+xml,*/*;q=0.8', text],
    [prometheus2, open],
    [prometheus3, open],
    ['text/plain;version=0.0.4', text],
    ['application/openmetrics-text', open],
    ['application/openmetrics-text; version="1.0.0"', open],
    ['Application/OpenMetrics-Text; Version=1.0.0', open],
    ['application/openmetrics-text;version=0.0.1', text],
    ['application/openmetrics-text;version=2.0.0', text],
    ['application/openmetrics-text;q=0.4,text/plain;q=0.5', text],
    ['application/openmetrics-text;q=0,*/*', text],
    ['application/openmetrics-text;q=abc', text],
    ['application/json', text],
  ] as const;
  for (const [accept, format] of cases) assert.equal(negotiateFormat(accept), format, accept);
});

test('gzip and zstd where they are accepted and there', () => {
  const cases = [
    [undefined, true, 'identity'],
    ['gzip', true, 'gzip'],
    ['gzip, deflate, br', true, 'gzip'],
    ['gzip, zstd', true, 'gzip'],
    ['zstd, gzip', true, 'zstd'],
    ['zstd, gzip', false, 'gzip'],
    ['gzip;q=0.5, zstd;q=0.9', true, 'zstd'],
    ['gzip;q=0', true, 'identity'],
    ['identity', true, 'identity'],
    ['br', true, 'identity'],
  ] as const;
  for (const [header, hasZstd, encoding] of cases) {
    assert.equal(negotiateEncoding(header, hasZstd), encoding, `${header} ${hasZstd}`);
  }
});

test('no header is too strange', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), header => {
      assert.ok([text, open].includes(negotiateFormat(header) as never));
      assert.ok(['identity', 'gzip', 'zstd'].includes(negotiateEncoding(header, true)));
    }),
  );
});
