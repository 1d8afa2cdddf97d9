import type { DataFrame, FieldColorModeId, FieldConfigSource, TimeRange } from '@grafana/data';
import type { ReactNode } from 'react';
import type { Annotation, Answer, PanelJson } from '../../preview.ts';

/** All that a kind of panel is drawn from. */
export interface Drawing {
  readonly panel: PanelJson;
  /** With the panel's transformations and field options applied. */
  readonly frames: DataFrame[];
  readonly fieldConfig: FieldConfigSource;
  readonly answers: readonly Answer[];
  readonly annotations: readonly Annotation[];
  readonly timeRange: TimeRange;
  /** Puts the values of variables into a text. */
  interpolate(text: string): string;
  readonly width: number;
  readonly height: number;
}

export interface Visualization {
  /** Grafana's defaults for what the panel leaves out of `fieldConfig.defaults`. */
  readonly color: FieldColorModeId;
  readonly custom?: object;
  /** Why it has nothing to show; undefined where it has. */
  missing(frames: readonly DataFrame[]): string | undefined;
  draw(drawing: Drawing): ReactNode;
}

export const withoutRows = (frames: readonly DataFrame[]): string | undefined =>
  frames.some(frame => frame.length > 0) ? undefined : 'no query has answered a sample';
