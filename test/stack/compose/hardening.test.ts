import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compose } from '../programs.ts';
import { dockerfile } from './dockerfile.ts';
import { hardeningFaults } from './hardening.ts';
import { broken, read, shipped } from './stack.ts';

const user = dockerfile.at(-1)?.user ?? '';
const faults = (text: string): readonly string[] => hardeningFaults(read('full', text), user);

suite('each service of the stack has no more than it needs', { skip: compose.skip }, () => {
  test('in both modes', () => {
    assert.deepEqual(hardeningFaults(read('default'), user), []);
    assert.deepEqual(faults(shipped), []);
  });

  test('the application is not root in its image either', () => {
    const found = hardeningFaults(read('default'), 'root');
    assert.deepEqual(found, ['app: user root may be root', 'traffic: user root may be root']);
  });

  const breaks: readonly (readonly [part: string, instead: string, fault: RegExp])[] = [
    ['prom/prometheus:v3.13.5', 'prom/prometheus:latest', /prometheus: image .* has no exact version/],
    ['grafana/loki:3.7.8', 'grafana/loki', /loki: image .* has no exact version/],
    [
      'image: ykmake-monitoring-example\n    pull_policy: never\n',
      'image: ykmake-monitoring-example\n',
      /traffic: would be pulled/,
    ],
    ['    pull_policy: never\n', '', /app: would be pulled/],
    ['read_only: true', 'read_only: false', /grafana: its root can be written to/],
    ['cap_drop: [ALL]', 'cap_drop: [NET_RAW]', /app: keeps capabilities/],
    ['cap_add: [CHOWN]', 'cap_add: [CHOWN, SYS_ADMIN]', /prepare: gets the capabilities CHOWN,SYS_ADMIN/],
    ['no-new-privileges:true', 'seccomp:unconfined', /tempo: may get new privileges/],
    ['user: "472:0"', 'user: "root"', /grafana: user root may be root/],
    ['    user: "472:0"\n', '', /grafana: user of the image may be root/],
    ['    network_mode: none\n', '', /prepare: is root on a network/],
    ['cpus: "0.1", memory: 16m, pids: 16', 'cpus: "0.1"', /health: no limit of memory.*processes/s],
    ['      max-size: 10m\n', '', /loki: its log grows/],
    ['restart: unless-stopped', 'restart: always', /postgres: restart is always/],
    ['127.0.0.1:9090:9090', '9090:9090', /prometheus: port 9090 is open to everybody/],
    ['127.0.0.1:3001:3000', '0.0.0.0:3001:3000', /grafana: port 3001 is open to 0\.0\.0\.0/],
    ['./grafana:/etc/grafana:ro', './grafana:/etc/grafana', /grafana: may write to .*grafana/],
    ['test: [CMD, /tempo, -health]', 'disable: true', /tempo: no healthcheck/],
  ];
  for (const [part, instead, fault] of breaks)
    test(`it is found when "${part.trim()}" becomes "${instead.trim()}"`, () => {
      assert.match(faults(broken(shipped, part, instead)).join('\n'), fault);
    });
});
