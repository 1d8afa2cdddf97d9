import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { createLabelSet, type LabelSet } from '../metrics/label-set.ts';
import { labelName } from './names.ts';
import type { Slices } from './slices.ts';

/** The labels of a metric's points, by their places. */
export interface MetricLabels {
  readonly sets: readonly LabelSet[];
  /** How many of them there were when they were asked for; more may follow. */
  readonly size: number;
  /** Whether the labels of two points may be equal although their attributes differ. */
  readonly mayBeEqual: boolean;
}

interface Remembered {
  /** Grow only: what was handed out stays as it is. */
  attributes: Attributes[];
  sets: LabelSet[];
  /** What each label was made of. As long as that is one thing, different attributes give different labels. */
  readonly origins: Map<string, string>;
  mayBeEqual: boolean;
}

/** Points that are looked at before the clock is. */
const batch = 128;

/**
 * Makes label sets, in slices, and remembers them for the next time: the same metric comes with the same
 * attributes at the same places, again and again. Of each metric one request at a time.
 */
export const createMetricLabels = (): ((metric: MetricData, slices: Slices) => Promise<MetricLabels>) => {
  const known = new WeakMap<MetricData['descriptor'], Remembered>();
  return async (metric, slices) => {
    const { dataPoints, descriptor } = metric;
    const reserved = isHistogram(metric) ? 'le' : undefined;
    const remembered = known.get(descriptor) ?? nothing();
    known.set(descriptor, remembered);
    const size = dataPoints.length;
    for (let place = 0; place < size; place++) {
      if (place % batch === 0 && slices.isOver()) await slices.next();
      const { attributes } = dataPoints[place] as (typeof dataPoints)[number];
      if (remembered.attributes[place] === attributes) continue;
      if (place < remembered.attributes.length) forgetFrom(place, remembered);
      remembered.attributes.push(attributes);
      remembered.sets.push(convert(attributes, reserved, remembered));
    }
    return { sets: remembered.sets, size, mayBeEqual: remembered.mayBeEqual };
  };
};

/** Of observable instruments, points come and go. */
const forgetFrom = (place: number, remembered: Remembered): void => {
  remembered.attributes = remembered.attributes.slice(0, place);
  remembered.sets = remembered.sets.slice(0, place);
};

const nothing = (): Remembered => ({ attributes: [], sets: [], origins: new Map(), mayBeEqual: false });

const isHistogram = ({ dataPointType }: MetricData): boolean =>
  dataPointType === DataPointType.HISTOGRAM || dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM;

/** Keys that become equal are merged, their values joined by `;` in the order of the original keys. */
const convert = (attributes: Attributes, reserved: string | undefined, remembered: Remembered): LabelSet => {
  const labels = new Map<string, string>();
  for (const key of Object.keys(attributes).sort()) {
    const valid = labelName(key);
    const name = valid === reserved ? `key_${valid}` : valid;
    const value = attributes[key];
    const text = textOf(value);
    const earlier = labels.get(name);
    labels.set(name, earlier === undefined ? text : `${earlier};${text}`);

    const origin = `${typeof value} ${key}`;
    const known = remembered.origins.get(name) ?? origin;
    remembered.origins.set(name, known);
    if (known !== origin || !isKept(text)) remembered.mayBeEqual = true;
  }
  // An empty label is an absent one to Prometheus.
  return createLabelSet([...labels].filter(([, value]) => value !== ''));
};

/** Whether the page shows the text as it is; see `createLabelSet` for what it cannot. */
const isKept = (text: string): boolean => text !== '' && text.isWellFormed() && !text.includes('\u0000');

const textOf = (value: AttributeValue | undefined): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
