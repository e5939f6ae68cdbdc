// Metrics are read by the programs that they are for: promtool of Prometheus, and VictoriaMetrics.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { Metrics } from '../../../projections/metrics/schema.ts';
import { exportRuns } from '../../../src/cli/export/export-runs.ts';
import { replayLogs } from '../../../src/replay/replay-logs.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { requireTool } from '../../support/require-tool.ts';
import { MetricsServer } from '../../support/victoria-metrics.ts';
import { writeNight, type Night } from '../runs/night.ts';

let night: Night;
const root = mkdtempSync(join(tmpdir(), 'pflow-metrics-'));
const server = new MetricsServer();

beforeAll(async () => {
  requireTool('promtool');
  requireTool('victoria-metrics');
  night = writeNight(join(root, 'runs'));
  await server.start();
});

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true });
});

async function exported(timestamps: boolean): Promise<string> {
  const terminal = recordingTerminal();
  await exportRuns([], () => [night.folder], { to: 'openmetrics', timestamps }, terminal);
  return terminal.printed.out;
}

function promtool(args: readonly string[], input = ''): readonly [number | null, string] {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8', cwd: root });
  return [status, status === 0 ? '' : stdout + stderr];
}

test('promtool finds nothing wrong with the sums of now', async () => {
  const text = await exported(false);
  expect(promtool(['check', 'metrics'], text)).toEqual([0, '']);
  // It does find what is wrong.
  expect(promtool(['check', 'metrics'], text.replaceAll('# HELP pflow_runs_total', '#'))[0]).toBe(3);
  expect(promtool(['check', 'metrics'], text.replace('} 1\n', '} one\n'))[0]).toBe(1);
});

test('promtool makes blocks of a database from the sums of the past', async () => {
  const blocks = (name: string, text: string): number | null => {
    writeFileSync(join(root, name), text);
    return promtool(['tsdb', 'create-blocks-from', 'openmetrics', name, `${name}-blocks`])[0];
  };
  const text = await exported(true);
  expect(blocks('past.txt', text)).toBe(0);
  expect(blocks('torn.txt', text.replace('# EOF\n', ''))).toBe(1);
});

interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

test('VictoriaMetrics has every value at its time, and its last values are those of the metrics', async () => {
  const text = await exported(true);
  await server.request('/api/v1/import/prometheus', text);
  await server.request('/internal/force_flush');
  const answer = await server.request('/api/v1/export?match[]=%7B__name__%3D~%22pflow_.*%22%7D');
  const series = answer
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Exported);
  const stored = series.flatMap(({ metric: { __name__: name = '', ...labels }, values, timestamps }) => {
    const { workflow = '', status } = labels;
    const key = `${name}{workflow="${workflow}"${status === undefined ? '' : `,status="${status}"`}}`;
    return values.map(
      (value, index) => `${key} ${String(value)} ${String((timestamps[index] ?? 0) / 1_000)}`,
    );
  });
  const written = text.split('\n').filter((line) => line.startsWith('pflow_'));
  expect(written.length).toBeGreaterThan(200);
  expect(stored.sort()).toEqual(written.sort());

  const sumOf = (name: string): string =>
    sumAmounts(
      series.flatMap(({ metric, values }) => (metric['__name__'] === name ? [String(values.at(-1))] : [])),
    );
  const { results } = await replayLogs(night.folder, ['metrics']);
  const { total_cost_usd, metrics } = results['metrics'] as Metrics;
  expect([
    sumOf('pflow_cost_usd_total'),
    sumOf('pflow_model_calls_total'),
    sumOf('pflow_tokens_total'),
  ]).toEqual([String(total_cost_usd), String(metrics.total.calls), String(metrics.total.tokens_total)]);
});
