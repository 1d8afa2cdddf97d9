import type { Settings } from '../settings/table.ts';

/** Where errors are reported by the settings. */
export const reportedTo = ({
  sentryDsn,
  slackToken,
  slackChannel,
  slackWebhookUrl,
}: Settings): readonly string[] => {
  const isSlackSet =
    (slackToken !== undefined && slackChannel !== undefined) || slackWebhookUrl !== undefined;
  return [...(sentryDsn === undefined ? [] : ['Sentry']), ...(isSlackSet ? ['Slack'] : [])];
};
