import { asksPrometheus, type PanelJson, type PreviewPanel } from './preview.ts';

export interface Placed extends Omit<PreviewPanel, 'answers'> {}

/** Pixels that the panels of a picture take. */
export const panelsWidth = 1400;
const columns = 24;
const cell = 30;
const gap = 8;

/**
 * The panels where Grafana's grid has them. Rows that are closed are opened, and what is below them moves down; but for
 * those with panels of Tempo or Loki, which no preview asks.
 */
export const place = (panels: readonly PanelJson[]): { panels: Placed[]; height: number } => {
  const column = (panelsWidth - gap * (columns - 1)) / columns;
  const opened = openRows(panels);
  const placed = opened.map(panel => {
    const { x, y, w, h } = panel.gridPos;
    return {
      panel,
      place: {
        left: Math.round(x * (column + gap)),
        top: y * (cell + gap),
        width: Math.round(w * column + (w - 1) * gap),
        height: h * cell + (h - 1) * gap,
      },
    };
  });
  const height = Math.max(0, ...placed.map(({ place }) => place.top + place.height));
  return { panels: placed, height };
};

const openRows = (panels: readonly PanelJson[]): PanelJson[] => {
  let down = 0;
  return panels
    .toSorted((one, other) => one.gridPos.y - other.gridPos.y || one.gridPos.x - other.gridPos.x)
    .flatMap(panel => {
      const inside = panel.panels ?? [];
      const row = moved(panel, down);
      if (inside.length === 0 || !inside.every(asksPrometheus)) return [row];
      const top = Math.min(...inside.map(({ gridPos }) => gridPos.y));
      const bottom = Math.max(...inside.map(({ gridPos }) => gridPos.y + gridPos.h));
      const below = row.gridPos.y + row.gridPos.h;
      down += bottom - top;
      return [{ ...row, collapsed: false }, ...inside.map(each => moved(each, below - top))];
    });
};

const moved = (panel: PanelJson, down: number): PanelJson => ({
  ...panel,
  gridPos: { ...panel.gridPos, y: panel.gridPos.y + down },
});
