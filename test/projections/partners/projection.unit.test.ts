// Invariant: an event without a counterpart is a finding, unless the run ended early.
import { describe, expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { partners } from '../../../projections/partners/projection.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { buildRun, runId, type RunBuilder } from '../../support/run-builder.ts';

const CALL = { prompt: 'why?', response: 'so' };

/** A run with a planner and a workflow. Its node has a visit, an item and a model call. */
function wholeRun(inside: (run: RunBuilder) => void = () => undefined): RunBuilder {
  return buildRun()
    .started()
    .planner((run) => run.node('plan', {}, () => run.call(CALL)))
    .workflow(['ask', 'batch'], (run) => {
      run.node('ask', { type: 'llm' }, () => run.retried().call(CALL));
      run.node('ask', { type: 'llm', visit: 2 }, () => run.call(CALL));
      run.node('batch', {}, () => run.node('batch', { item: 0 }).node('batch', { item: 1 }));
      inside(run);
    });
}

const findingsOf = ({ events }: Pick<RunBuilder, 'events'>): readonly string[] => found(events);

function found(events: readonly LogEvent[]): readonly string[] {
  const { findings, open } = project(partners, events);
  const line = ({ seq, code, why }: (typeof findings)[number]): string =>
    `${seq === undefined ? '' : `${String(seq)} `}${code}: ${why}`;
  return [...findings.map(line), ...open.map((one) => `open ${line(one)}`)];
}

/** The run without the events of one type. */
function lacking(run: RunBuilder, unwanted: (event: LogEvent) => boolean): { readonly events: LogEvent[] } {
  return { events: run.events.filter((event) => !unwanted(event)) };
}

test('a whole run has no unpaired events', () => {
  const run = wholeRun().ended('success');
  expect(project(partners, run.events)).toEqual({ runs: 1, findings: [], open: [] });
});

describe('ends and starts', () => {
  const run = wholeRun().ended('success');

  test.each([
    ['node.started', 'node.completed of node "ask" has no start'],
    ['node.started', 'node.completed of node "ask", visit 2 has no start'],
    ['node.started', 'node.completed of node "batch", item 1 has no start'],
    ['node.started', 'node.completed of planner node "plan" has no start'],
    ['planner.started', 'planner.completed of the planner has no start'],
    ['workflow.started', 'workflow.completed of the workflow has no start'],
  ])('an end without its %s: %s', (type, why) => {
    expect(findingsOf(lacking(run, (event) => event.type === type))).toContainEqual(
      expect.stringMatching(new RegExp(`^\\d+ end-without-start: ${why}$`, 'u')),
    );
  });

  test('an end belongs to the start of its own visit and item', () => {
    const events = run.events.filter(
      (event) => !(event.type === 'node.started' && event.node === 'ask' && event.visit === 2),
    );
    expect(found(events)).toEqual([
      expect.stringMatching(/^\d+ end-without-start: node\.completed of node "ask", visit 2 has no start$/u),
    ]);
  });

  test('a start without an end is a finding in a run that succeeded', () => {
    const hanging = wholeRun((inside) => inside.node('late', { hangs: true }));
    expect(findingsOf(hanging.ended('success'))).toEqual([
      expect.stringMatching(/^\d+ start-without-end: node "late" has no end$/u),
    ]);
  });

  test.each(['failed', 'interrupted', null] as const)(
    'a start without an end is open in a run that is %s',
    (status) => {
      const hanging = wholeRun((inside) => inside.node('late', { hangs: true }));
      if (status !== null) hanging.ended(status);
      expect(findingsOf(hanging)).toEqual([
        expect.stringMatching(/^open \d+ start-without-end: node "late" has no end$/u),
      ]);
    },
  );

  test('a start without an end is open in a run with a failed node', () => {
    const hanging = wholeRun((inside) => inside.node('bad', { fails: 'x' }).node('late', { hangs: true }));
    expect(findingsOf(hanging.ended('success'))).toEqual([
      expect.stringMatching(/^open \d+ start-without-end: node "late" has no end$/u),
    ]);
  });

  test('nodes of a nested workflow may run again with each attempt of their parent', () => {
    const run = buildRun()
      .started()
      .workflow(['parent'], (inside) => {
        inside.node('parent', {}, () => {
          inside.node('parent/child').retried(1).node('parent/child');
        });
      });
    expect(findingsOf(run.ended('success'))).toEqual([]);
  });
});

describe('calls', () => {
  const run = wholeRun().ended('success');
  const ofCall = (event: LogEvent, call: number): boolean =>
    event.type.startsWith('llm.') && (event.data as { readonly call?: unknown }).call === call;

  test.each([
    ['llm.prompted', 'answer-without-call: the answer of call 2 has no request or no bill'],
    ['llm.completed', 'answer-without-call: the answer of call 2 has no request or no bill'],
    ['llm.completed', 'call-without-end: call 2 has no end'],
    ['llm.answered', 'call-without-answer: call 2 has no answer'],
  ])('a call without its %s: %s', (type, why) => {
    expect(findingsOf(lacking(run, (event) => event.type === type && ofCall(event, 2)))).toContain(why);
  });

  test('a skipped number is a finding', () => {
    expect(findingsOf(lacking(run, (event) => ofCall(event, 2)))).toEqual([
      'call-missing: call 2 is missing, and later calls are present',
    ]);
    expect(findingsOf(lacking(run, (event) => ofCall(event, 1) || ofCall(event, 2)))).toEqual([
      'call-missing: call 1 to 2 is missing, and later calls are present',
    ]);
  });

  test('a number is a finding if it is recorded twice, or both as completed and as failed', () => {
    const [, second] = run.events.filter(({ type }) => type === 'llm.completed');
    const failed = { ...second, type: 'llm.failed' } as LogEvent;
    expect(found([...run.events, second as LogEvent])).toContain(
      'call-twice: call 2 is recorded more than once',
    );
    expect(found([...run.events, failed])).toContain('call-twice: call 2 is recorded more than once');
  });

  test('a failed call needs no answer, and a bill from a node that calls models itself needs no request', () => {
    const own = wholeRun((inside) => inside.call({ prompt: 'x', fails: 'no' }).call());
    expect(findingsOf(own.ended('success'))).toEqual([]);
  });

  test('calls need no request in a log of level metrics', () => {
    const bare = buildRun().started({ level: 'metrics' });
    bare.workflow(['a'], (inside) => inside.node('a', {}, () => inside.call().call()));
    expect(findingsOf(bare.ended('success'))).toEqual([]);
  });

  test('a call that was cut off by a kill is open', () => {
    const cut = buildRun().started().call({ prompt: 'why?' });
    expect(findingsOf({ events: cut.events.filter(({ type }) => type !== 'llm.completed') })).toEqual([
      'open call-without-end: call 1 has no end',
    ]);
    expect(findingsOf(cut)).toEqual(['open call-without-answer: call 1 has no answer']);
  });
});

describe('time', () => {
  const [first, ...rest] = buildRun().started().after(5).warned('A', 'a').after(5).warned('B', 'b').events;

  test('that goes back is a finding, once for each step', () => {
    const late = { ...first, ms: 7 } as LogEvent;
    expect(found([late, ...rest])).toEqual(['1 time-back: ms goes back from 7 to 5']);
  });

  test('of the wall clock that goes back is a finding, too', () => {
    const late = { ...first, at: '2026-11-22T10:00:00.000Z' } as LogEvent;
    expect(found([late, ...rest])).toEqual([
      '1 time-back: at goes back from 2026-11-22T10:00:00.000Z to 2026-11-22T09:30:00.005Z',
    ]);
  });

  test('of different runs is not compared', () => {
    const other = buildRun(runId(2)).started().events;
    expect(found([first as LogEvent, ...rest, ...other])).toEqual([]);
  });
});

test('each run is checked separately, and findings name it', () => {
  const lone = buildRun(runId(2)).started().node('b').ended('success');
  const events = [...wholeRun().ended('success').events, ...lone.events.toSpliced(1, 1)];
  expect(project(partners, events)).toEqual({
    runs: 2,
    findings: [
      { run: runId(2), seq: 2, code: 'end-without-start', why: 'node.completed of node "b" has no start' },
    ],
    open: [],
  });
});
