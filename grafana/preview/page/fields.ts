import {
  type ApplyFieldOverrideOptions,
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  type DataTransformerConfig,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import type { PanelJson } from '../preview.ts';
import type { Visualization } from './visualizations/visualization.ts';

const standard = [
  ...['displayName', 'unit', 'decimals', 'min', 'max', 'fieldMinMax', 'noValue', 'mappings', 'thresholds'],
  ...['color', 'links', 'actions', 'description', 'filterable'],
];

standardTransformersRegistry.setInit(() =>
  // One of them is there under an old name, too.
  [...new Map(Object.values(standardTransformers).map(each => [each.id, each])).values()].map(
    transformer => ({
      id: transformer.id,
      name: transformer.name,
      transformation: () => Promise.resolve(transformer),
      editor: () => null,
      imageDark: '',
      imageLight: '',
    }),
  ),
);

/** Runs a panel's transformations, which are Grafana's own. */
export const transform = async (panel: PanelJson, frames: DataFrame[]): Promise<DataFrame[]> => {
  const transformations = (panel.transformations ?? []) as readonly DataTransformerConfig[];
  const unknown = transformations.find(({ id }) => !standardTransformersRegistry.getIfExists(id));
  if (unknown) throw new Error(`the transformation ${unknown.id} is not in @grafana/data`);
  return lastValueFrom(transformDataFrame([...transformations], frames));
};

/** Gives the fields what the panel says of them: units, colours, thresholds, overrides. */
export const configure = (
  panel: PanelJson,
  frames: DataFrame[],
  theme: GrafanaTheme2,
  interpolate: (text: string) => string,
  { color, custom }: Pick<Visualization, 'color' | 'custom'>,
): { data: DataFrame[]; fieldConfig: FieldConfigSource } => {
  const { defaults = {}, overrides = [] } = structuredClone(
    panel.fieldConfig ?? {},
  ) as Partial<FieldConfigSource>;
  const fieldConfig: FieldConfigSource = {
    defaults: {
      color: { mode: color },
      ...defaults,
      custom: { ...custom, ...defaults.custom },
    },
    overrides,
  };
  const options: ApplyFieldOverrideOptions = {
    data: frames,
    fieldConfig,
    fieldConfigRegistry: registryOf(fieldConfig),
    replaceVariables: interpolate,
    theme,
    timeZone: 'utc',
  };
  const data = applyFieldOverrides(options);
  cacheFieldDisplayNames(data);
  return { data, fieldConfig };
};

/** Grafana registers a panel's options with its plugin, which is not published: here they are all that it sets. */
const registryOf = ({ defaults, overrides }: FieldConfigSource): FieldConfigOptionsRegistry => {
  const set = overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
  const custom = [
    ...Object.keys(defaults.custom ?? {}),
    ...set.filter(id => id.startsWith('custom.')).map(id => id.slice('custom.'.length)),
  ];
  return new FieldConfigOptionsRegistry(() => [
    ...standard.map(path => property(path, path, false)),
    ...[...new Set(custom)].map(path => property(`custom.${path}`, path, true)),
  ]);
};

const property = (id: string, path: string, isCustom: boolean): FieldConfigPropertyItem => ({
  id,
  path,
  name: id,
  isCustom,
  process: value => value,
  shouldApply: () => true,
  editor: () => null,
  override: () => null,
});
