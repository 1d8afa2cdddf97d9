import {
  type DataFrame,
  type FieldConfigSource,
  renderTextPanelMarkdown,
  type TimeRange,
} from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import { Component, type ReactNode } from 'react';
import type { Annotation, Drawn, PreviewPanel } from '../preview.ts';
import { visualizations } from './visualizations/all.ts';

export interface Prepared {
  readonly preview: PreviewPanel;
  readonly title: string;
  readonly frames: DataFrame[];
  readonly fieldConfig: FieldConfigSource;
  /** Undefined where there is something to draw. */
  readonly problem?: Pick<Drawn, 'state' | 'reason'>;
}

interface Props extends Prepared {
  readonly timeRange: TimeRange;
  readonly annotations: readonly Annotation[];
  readonly interpolate: (text: string) => string;
  readonly onFailure: (error: Error) => void;
}

export const Panel = ({ preview: { panel, place, answers }, ...props }: Props) => {
  const { width, height, left, top } = place;
  if (panel.type === 'row') {
    return (
      <div className="preview-row" data-panel style={{ left, top, width, height }}>
        <span data-content>
          {panel.collapsed === true && (panel.panels ?? []).length > 0 ? `▸ ${props.title}` : props.title}
        </span>
      </div>
    );
  }
  return (
    <div data-panel style={{ position: 'absolute', left, top }}>
      <PanelChrome
        width={width}
        height={height}
        title={props.title}
        description={panel.description ?? ''}
        displayMode={panel.transparent === true ? 'transparent' : 'default'}
      >
        {(innerWidth, innerHeight) => (
          <div data-content style={{ width: innerWidth, height: innerHeight, overflow: 'hidden' }}>
            <Boundary onFailure={props.onFailure}>
              {content({ ...props, panel, answers, width: innerWidth, height: innerHeight })}
            </Boundary>
          </div>
        )}
      </PanelChrome>
    </div>
  );
};

type Content = Omit<Props, 'preview'> &
  Pick<PreviewPanel, 'panel' | 'answers'> & { readonly width: number; readonly height: number };

const content = ({ problem, panel, ...props }: Content): ReactNode => {
  if (problem) {
    const noValue = panel.fieldConfig?.defaults?.noValue ?? 'No data';
    const text = problem.state === 'no data' ? noValue : `${problem.state}: ${problem.reason}`;
    return <div className="preview-missing">{text}</div>;
  }
  if (panel.type === 'text') {
    const { content: text = '' } = (panel.options ?? {}) as { content?: string };
    return (
      <div
        className="markdown-html"
        // biome-ignore lint/security/noDangerouslySetInnerHtml: Grafana has sanitized what it made of the Markdown.
        dangerouslySetInnerHTML={{ __html: renderTextPanelMarkdown(props.interpolate(text)) }}
      />
    );
  }
  return visualizations[panel.type]?.draw({ ...props, panel });
};

/** React takes error boundaries as classes only. */
class Boundary extends Component<{ onFailure: (error: Error) => void; children: ReactNode }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidCatch(error: Error): void {
    this.props.onFailure(error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? this.props.children : <div className="preview-missing">{String(error)}</div>;
  }
}
