import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Alert } from '../../src/errors/alert.ts';
import { durationText } from '../../src/errors/repeats.ts';
import { codeBlock, escaped, verbatim } from '../../src/errors/slack/escape.ts';
import { type MessageOptions, slackMessage } from '../../src/errors/slack/message.ts';
import { pingsIn, problemOf, shortenedIn } from '../slack-payload.ts';

const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 };
const alert: Alert = {
  severity: 'error',
  title: '에러 발생',
  message: "TypeError: Cannot read properties of undefined (reading 'id')",
  details: { method: 'GET', route: '/orders/:id', status: 500, context: { a: 1 } },
  time: 1_764_000_000_999,
  trace,
};
const options: MessageOptions = {
  service: 'shop',
  environment: 'production',
  traceUrl: undefined,
  dashboardUrl: undefined,
  runbookUrl: undefined,
};
const fieldsOf = (some: Partial<Alert>, others: Partial<MessageOptions> = {}): Record<string, string> =>
  Object.fromEntries(
    slackMessage({ ...alert, ...some }, { ...options, ...others }).attachments[0].fields.map(
      ({ title, value }) => [title, value],
    ),
  );

describe('a Slack message', () => {
  test('holds what the original design asks for', () => {
    assert.deepEqual(slackMessage(alert, options), {
      text: "ERROR 에러 발생: TypeError: Cannot read properties of undefined (reading 'id') (shop production)",
      attachments: [
        {
          color: '#ff4500',
          title: '에러 발생',
          text: "TypeError: Cannot read properties of undefined (reading 'id')",
          fields: [
            { title: 'trace', value: '4bf92f3577b34da6a3ce929d0e0e4736', short: true },
            { title: 'method', value: 'GET', short: true },
            { title: 'route', value: '/orders/:id', short: true },
            { title: 'status', value: '500', short: true },
            { title: 'context', value: '{"a":1}', short: true },
          ],
          footer: 'shop production',
          ts: 1_764_000_000,
          mrkdwn_in: ['fields'],
        },
      ],
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  test('has the colour of its severity', () => {
    const colours = (['info', 'warning', 'error', 'critical'] as const).map(
      severity => slackMessage({ ...alert, severity }, options).attachments[0].color,
    );
    assert.deepEqual(colours, ['#36a64f', '#ffd700', '#ff4500', '#ff0000']);
  });

  test('says of a digest how often, and in what time', () => {
    const { text, attachments } = slackMessage({ ...alert, repeats: { count: 1_204, ms: 299_998 } }, options);
    assert.match(text, /^ERROR 에러 발생 ×1,204 in 5 min: TypeError/);
    assert.equal(attachments[0].title, '에러 발생 ×1,204 in 5 min');
    const long = slackMessage(
      { ...alert, title: 'x'.repeat(500), repeats: { count: 2, ms: 61_000 } },
      options,
    );
    assert.match(long.text, /… ×2 in 1 min 1 s: /);
  });

  test('calls nobody, whatever stands in it', () => {
    const ping = '<!channel> <@U1> <#C1|x> <!subteam^S1> & more';
    const message = slackMessage(
      {
        ...alert,
        title: ping,
        message: ping,
        details: { [ping]: ping, stack: ping, json: { [ping]: [ping] } },
      },
      { ...options, service: ping, environment: ping },
    );
    assert.deepEqual(pingsIn(message), []);
    assert.equal(JSON.stringify(message).includes('<'), false);
    assert.match(message.attachments[0].text, /^&lt;!channel&gt; &lt;@U1&gt;.* &amp; more$/);
    // The check itself does find them.
    assert.equal(pingsIn({ text: ping }).length, 4);
  });

  test('links to where templates lead, and to a trace only where there is one to be found', () => {
    const templates = {
      traceUrl: 'https://tempo.example/t/{traceId}?span={spanId}&a=1|2',
      dashboardUrl: 'https://grafana.example/d?var-service={service}&trace={traceId}',
      runbookUrl: 'https://wiki.example/{service}/{severity}',
    };
    const service = 'shop & <co>';
    assert.deepEqual(fieldsOf({ details: {} }, { ...templates, service }), {
      trace: `<https://tempo.example/t/${trace.traceId}?span=${trace.spanId}&amp;a=1%7C2|${trace.traceId}>`,
      links: [
        `<https://grafana.example/d?var-service=shop%20%26%20%3Cco%3E&amp;trace=${trace.traceId}|Dashboard>`,
        '<https://wiki.example/shop%20%26%20%3Cco%3E/error|Runbook>',
      ].join(' · '),
    });
    const long = `https://wiki.example/?${'&'.repeat(400)}{service}`;
    assert.equal(fieldsOf({ details: {} }, { runbookUrl: long }).links, undefined, 'too long to be one');
    const unsampled = { ...trace, traceFlags: 0 };
    assert.equal(fieldsOf({ trace: unsampled }, templates).trace, `${trace.traceId} (not sampled)`);
    assert.deepEqual(fieldsOf({ trace: undefined, details: {} }, templates), {
      links: '<https://wiki.example/shop/error|Runbook>',
    });
  });

  test('shows a stack as code, and values letter for letter', () => {
    const stack = 'Error: a ``` b\n    at f (<anonymous>:1:1)';
    const shown = fieldsOf({ details: { stack, bold: '*x*', ticks: 'a `b`', plain: 'a_b 1:2', text: '' } });
    assert.equal(shown.stack, '```\nError: a `\u200b`` b\n    at f (&lt;anonymous&gt;:1:1)\n```');
    assert.equal(shown.bold, '`*x*`');
    assert.equal(shown.ticks, '```\na `b`\n```');
    assert.equal(shown.plain, 'a_b 1:2');
    assert.equal(shown.text, '""');
  });

  test('names the details that are too many', () => {
    const details = Object.fromEntries(Array.from({ length: 27 }, (_, index) => [`key${index}`, index]));
    const { fields } = slackMessage({ ...alert, trace: undefined, details }, options).attachments[0];
    assert.equal(fields.length, 21);
    assert.deepEqual(fields.at(-1), {
      title: '… and 7 more',
      value: 'key20, key21, key22, key23, key24, key25, key26',
      short: false,
    });
    const large = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`key${index}`, 'x'.repeat(9_999)]),
    );
    const some = slackMessage({ ...alert, trace: undefined, details: large }, options).attachments[0].fields;
    assert.equal(some.at(-1)?.title, '… and 4 more');
  });
});

describe('whatever an alert holds', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    // Halves of characters.
    fc
      .array(fc.constantFrom('\ud83d', '\ude00', '<', '&', '>', '`', '*', '\n', '&amp;', '😀', 'ㅋ'))
      .map(all => all.join('')),
    fc
      .tuple(fc.integer({ min: 0, max: 8_200 }), fc.constantFrom('&', '<', '😀', '`', 'x', '\n', '&a'))
      .map(([length, unit]) => unit.repeat(length)),
  );
  const { json } = fc.letrec(tie => ({
    json: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(text, tie('json'), { maxKeys: 4 }),
    ),
  }));
  const alerts = fc.record({
    severity: fc.constantFrom('info', 'warning', 'error', 'critical'),
    title: text,
    message: text,
    details: fc.dictionary(fc.oneof(text, fc.constantFrom('stack', '__proto__')), json, { maxKeys: 40 }),
    time: fc.nat(),
    trace: fc.option(fc.record({ traceId: text, spanId: text, traceFlags: fc.nat(3) }), { nil: undefined }),
    repeats: fc.record({ count: fc.nat(), ms: fc.nat() }),
  }) as fc.Arbitrary<Alert>;
  const settings = fc.record({
    service: text,
    environment: fc.option(text, { nil: undefined }),
    traceUrl: fc.constantFrom(undefined, 'https://t.example/{traceId}?{spanId}&x=<|>'),
    dashboardUrl: fc.constantFrom(undefined, 'https://d.example/{service}/{traceId}'),
    runbookUrl: fc.constantFrom(undefined, 'https://r.example/{service}/{severity}'),
  });

  test('Slack takes it whole: nothing too long, nothing cut in half, nobody called', () => {
    fc.assert(
      fc.property(alerts, settings, (some, others) => {
        const message = slackMessage(some, others);
        assert.equal(problemOf(message), undefined);
        assert.deepEqual(shortenedIn(message), []);
        assert.deepEqual(pingsIn(message), []);
        assert.ok(message.attachments[0].fields.length <= 23);
        assert.ok(JSON.stringify(message).length < 40_000, 'small as a whole');
      }),
      { numRuns: 500 },
    );
  });

  test('what is cut ends with …, and what is not is whole', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 300 }), (given, longest) => {
        const shown = escaped(given, longest);
        const unescaped = shown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
        const whole = given.replaceAll('\r\n', '\n').toWellFormed();
        assert.ok(shown.length <= longest);
        assert.ok(verbatim(given, longest).length <= longest);
        assert.ok(codeBlock(given, longest).length <= longest);
        if (unescaped.length === whole.length && !shown.endsWith('…')) {
          // What cannot be printed is shown as such.
          assert.equal(
            unescaped.replaceAll('\ufffd', ''),
            whole.replace(/[\p{Cc}\ufffd\u202a-\u202e\u2066-\u2069]/gu, found =>
              '\n\t'.includes(found) ? found : '',
            ),
          );
        } else assert.ok(shown.endsWith('…'), shown);
      }),
      { numRuns: 500 },
    );
  });

  test('a block of code that is cut says so, whatever its lines end with', () => {
    for (const unit of ['a', '\r\n', '`', '``', '😀', '<']) {
      assert.match(codeBlock(unit.repeat(300), 100), /…\n```$/, unit);
    }
  });

  test('a block of code is not left within it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', 'a', '\n', '``')).map(all => all.join('')),
        given => {
          assert.equal(codeBlock(given, 500).slice(3, -3).includes('```'), false);
        },
      ),
    );
  });
});

test('durations are as people say them', () => {
  const said = [
    0, 850, 1_000, 45_400, 61_000, 299_998, 600_000, 5_400_000, 86_400_000, 187_200_000, 86_399_999,
  ];
  assert.deepEqual(said.map(durationText), [
    ...[
      '0 ms',
      '850 ms',
      '1 s',
      '45 s',
      '1 min 1 s',
      '5 min',
      '10 min',
      '1 h 30 min',
      '1 d',
      '2 d 4 h',
      '1 d',
    ],
  ]);
});
