import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { SearchTableType, DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo';
import type { Language } from './language.ts';
import { filled, type PanelContent } from './panels.ts';
import { plainTable, withoutFooter } from './tables.ts';
import { logLines, loki, tempo } from './targets.ts';

type Words = Pick<PanelContent, 'title' | 'description' | 'size'>;

/** Needs the variable `service`, which says what the chosen application calls itself in traces and logs. */
export const traces = (language: Language, words: Words): Builder<Panel> =>
  filled(language, withoutFooter(plainTable()), {
    ...words,
    unit: 'short',
    datasource: tempo,
    targets: [
      new TempoQuery()
        .datasource(tempo)
        .queryType('traceql')
        .query('{resource.service.name="$service" && status=error}')
        .tableType(SearchTableType.Traces)
        .limit(20)
        .filters([]),
    ],
    noValue: language.say('No such traces', '해당 트레이스가 없습니다'),
  });

export const logs = (language: Language, words: Words): Builder<Panel> =>
  filled(
    language,
    new LogsBuilder()
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .sortOrder(LogsSortOrder.Descending),
    {
      ...words,
      unit: 'short',
      datasource: loki,
      targets: [logLines('{service_name="$service"} | detected_level=~"error|critical|fatal"')],
      noValue: language.say('No such lines', '해당 로그가 없습니다'),
    },
  );
