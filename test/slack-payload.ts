/** A message as it is sent, as far as Slack looks at it. */
export interface Payload {
  readonly channel?: string;
  readonly text?: string;
  readonly attachments?: readonly Attachment[];
  readonly blocks?: readonly unknown[];
}

export interface Attachment {
  readonly color?: string;
  readonly fallback?: string;
  readonly title?: string;
  readonly text?: string;
  readonly fields?: readonly { readonly title?: string; readonly value?: string; readonly short?: boolean }[];
  readonly footer?: string;
  readonly ts?: number;
}

/** Slack's name of what is wrong with a message; `undefined`: it takes it. Source: "chat.postMessage", "Errors". */
export const problemOf = (payload: Payload | undefined): string | undefined => {
  if (payload === undefined) return 'invalid_payload';
  const { text, attachments, blocks } = payload;
  if (text !== undefined && typeof text !== 'string') return 'invalid_payload';
  if (attachments !== undefined && !Array.isArray(attachments)) return 'invalid_attachments';
  if ((attachments?.length ?? 0) > 100) return 'too_many_attachments';
  if (blocks !== undefined && !areBlocks(blocks)) return 'invalid_blocks';
  if (!text?.trim() && !attachments?.length && !blocks?.length) return 'no_text';
  if (JSON.stringify(attachments ?? []).length > 100_000) return 'attachment_payload_limit_exceeded';
  return undefined;
};

/** Source: Slack, "Blocks": 50 in a message, 3,000 characters of text in a section. */
const areBlocks = (blocks: unknown): boolean =>
  Array.isArray(blocks) &&
  blocks.length <= 50 &&
  blocks.every(
    block =>
      typeof block?.type === 'string' && (block.text?.text === undefined || block.text.text.length <= 3_000),
  );

const textsOf = ({
  text = '',
  attachments = [],
}: Payload): readonly (readonly [where: string, text: string])[] => [
  ['text', text],
  ...attachments.flatMap(({ fallback = '', title = '', text: body = '', footer = '', fields = [] }, at) => [
    [`attachments[${at}].fallback`, fallback] as const,
    [`attachments[${at}].title`, title] as const,
    [`attachments[${at}].text`, body] as const,
    [`attachments[${at}].footer`, footer] as const,
    ...fields.flatMap((field, index) => [
      [`attachments[${at}].fields[${index}].title`, field.title ?? ''] as const,
      [`attachments[${at}].fields[${index}].value`, field.value ?? ''] as const,
    ]),
  ]),
];

/** All that Slack reads between `<` and `>`, but links. Source: Slack, "Formatting text for app surfaces". */
export const pingsIn = (payload: Payload): readonly string[] =>
  textsOf(payload).flatMap(([, text]) => text.match(/<(?!https?:\/\/[^<>|]+(?:\|[^<>|]*)?>)[^>]*>?/g) ?? []);

const longest: readonly (readonly [where: RegExp, characters: number])[] = [
  // "Truncating really long messages"; longer ones than 4,000 are split.
  [/^text$/, 4_000],
  // Not documented: measured by others (slackApiDoc, "Message text limits").
  [/\.text$/, 8_000],
  // "Reference: Secondary message attachments".
  [/\.footer$/, 300],
  // Not documented for attachments: those of a section's fields.
  [/\.value$/, 2_000],
  [/\.fallback$/, 4_000],
  [/\.title$/, 300],
];

/** What Slack would shorten or show as something else, each with its place. */
export const shortenedIn = (payload: Payload): readonly string[] =>
  textsOf(payload).flatMap(([where, text]) => {
    const [, most = 0] = longest.find(([place]) => place.test(where)) ?? [];
    return [
      ...(text.length > most ? [`${where} has ${text.length} characters, more than ${most}`] : []),
      ...(text.isWellFormed() ? [] : [`${where} has a half of a character`]),
      // An entity that was cut is shown as it is written.
      ...(/&(?!(?:amp|lt|gt);)/.test(text) ? [`${where} has a bare &`] : []),
    ];
  });
