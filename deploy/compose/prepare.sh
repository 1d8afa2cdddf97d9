#!/bin/sh
# Makes what the containers cannot make themselves: a token that only they know, and a folder that the Collector, which
# is not root, may write to. Runs before them at every start, as root with no right but to give files away.
#
#     prepare.sh SECRETS-FOLDER COLLECTOR-FOLDER
set -eu
umask 077
secrets=$1
collector=$2

# keep FILE USER:GROUP MODE: puts standard input there, all or nothing.
keep() {
  # Of a start that was broken off: it is another user's by now, and could not be written to.
  rm -f "$secrets/.new"
  cat >"$secrets/.new"
  chmod "$3" "$secrets/.new"
  chown "$2" "$secrets/.new"
  mv -f "$secrets/.new" "$secrets/$1"
}

# The application (1000) sends it, and the group of Prometheus (65534) reads it. Drawn once, unless METRICS_TOKEN says it.
if [ -n "${METRICS_TOKEN:-}" ]; then
  printf %s "$METRICS_TOKEN" | keep metrics_token 1000:65534 0440
elif [ ! -s "$secrets/metrics_token" ]; then
  head -c 32 /dev/urandom | sha256sum | cut -c1-64 | tr -d '\n' | keep metrics_token 1000:65534 0440
fi
# Empty without a webhook: Alertmanager then shows its alerts and sends them nowhere.
printf %s "${ALERT_SLACK_WEBHOOK_URL:-}" | keep slack_webhook 65534:65534 0400

chmod 755 "$secrets"
chown 10001:10001 "$collector"
