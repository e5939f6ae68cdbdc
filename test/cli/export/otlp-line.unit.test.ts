// A line of an OTLP file is the JSON of the request of one run.
import { expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { createRuns } from '../../../projections/runs/projection.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import type { ExportedRun } from '../../../src/cli/export/exported-run.ts';
import { otlpTraces } from '../../../src/cli/export/otlp.ts';
import { otlpLine } from '../../../src/cli/export/otlp-text.ts';
import { loadPricing } from '../../../src/home/prices/pricing.ts';
import { RunBuilder } from '../../support/run-builder.ts';

const options = { version: '1.0.0', serviceName: 'a "spans":[ b' };

function exportedRun(): ExportedRun {
  const { events } = new RunBuilder()
    .started()
    .workflow(['a'], (inside) => inside.node('a', { type: 'llm', fails: 'no' }, (one) => one.call()))
    .ended('failed');
  const pricing = loadPricing({});
  const [row] = project(createRuns({ pricing }), events);
  if (row === undefined) throw new Error('no run');
  return { row, timeline: project(createTimeline({ pricing }), events), words: new Map() };
}

test.each([
  ['spans', exportedRun()],
  ['one span', { ...exportedRun(), timeline: exportedRun().timeline.slice(0, 1) }],
  ['no span', { ...exportedRun(), timeline: [] }],
])('the line of a run with %s is the JSON of its request', (_, run) => {
  expect([...otlpLine(run, options)].join('')).toBe(`${JSON.stringify(otlpTraces([run], options))}\n`);
});

test.each([
  [0, '1795339800000000000'],
  [0.5, '1795339800000500000'],
  [1_234.000_001, '1795339801234000001'],
  [1e13, '11795339800000000000'],
])('%d ms after its start, a span begins in whole nanoseconds', (start, nanoseconds) => {
  const run = exportedRun();
  const [span] = run.timeline;
  if (span === undefined) throw new Error('no span');
  const timeline = [{ ...span, start_ms: start, end_ms: start }];
  const [{ scopeSpans } = { scopeSpans: [] }] = otlpTraces([{ ...run, timeline }], options).resourceSpans;
  expect(scopeSpans[0]?.spans[0]?.startTimeUnixNano).toBe(nanoseconds);
});
