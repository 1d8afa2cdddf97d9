import { FieldColorModeId } from '@grafana/data';
import { TableCellHeight } from '@grafana/schema';
import { TableNG } from '@grafana/ui/unstable';
import type { Drawing, Visualization } from './visualization.ts';
import { withoutRows } from './visualization.ts';

interface TableOptions {
  readonly frameIndex?: number;
  readonly showHeader?: boolean;
  readonly cellHeight?: TableCellHeight;
  readonly sortBy?: { displayName: string; desc?: boolean }[];
}

export const table: Visualization = {
  color: FieldColorModeId.Thresholds,
  custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
  missing: withoutRows,
  draw: drawing => <TablePanel {...drawing} />,
};

const TablePanel = ({ panel, frames, timeRange, width, height }: Drawing) => {
  const options = (panel.options ?? {}) as TableOptions;
  const frame = frames[options.frameIndex ?? 0];
  if (frame === undefined) return null;
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      noHeader={options.showHeader === false}
      cellHeight={options.cellHeight ?? TableCellHeight.Sm}
      sortBy={options.sortBy ?? []}
      timeRange={timeRange}
      enableVirtualization={false}
      structureRev={1}
    />
  );
};
