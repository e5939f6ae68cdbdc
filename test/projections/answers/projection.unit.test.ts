import { expect, test } from 'vitest';
import { answers } from '../../../projections/answers/projection.ts';
import { project } from '../../../projections/fold.ts';
import { buildRun, runId } from '../../support/run-builder.ts';
import { SONNET } from '../../support/test-prices.ts';

test('request, bill and answer of a call become one recorded answer', () => {
  const run = buildRun()
    .started()
    .workflow(['write'], (inside) =>
      inside.node('write', { visit: 2 }, (node) =>
        node.call({
          prompt: 'why?',
          system: 'be brief',
          options: { temperature: 0 },
          response: 'because',
          response_model: 'claude-sonnet-4-20250514',
          raw_usage: { in: 1000 },
          service_tier: 'standard',
        }),
      ),
    );
  expect(project(answers, run.events)).toStrictEqual([
    {
      run: runId(1),
      seq: 4,
      call: 1,
      phase: 'workflow',
      node: 'write',
      visit: 2,
      occurrence: 1,
      model: SONNET,
      prompt: 'why?',
      system: 'be brief',
      options: { temperature: 0 },
      response: 'because',
      provider: 'anthropic',
      usage: { input_tokens: 1000, output_tokens: 500 },
      response_model: 'claude-sonnet-4-20250514',
      raw_usage: { in: 1000 },
      service_tier: 'standard',
      duration_ms: 5,
    },
  ]);
});

test('equal requests of a node are numbered by occurrence, in any order of option keys', () => {
  const request = (
    options: Record<string, unknown>,
  ): { prompt: string; response: string; options: Record<string, unknown> } => ({
    prompt: 'why?',
    response: 'because',
    options,
  });
  const run = buildRun()
    .started()
    .workflow(['a', 'b'], (inside) =>
      inside
        .node('a', {}, (node) =>
          node
            .call(request({ x: 1, y: 2 }))
            .call(request({ y: 2, x: 1 }))
            .call(request({ x: 2 })),
        )
        .node('b', {}, (node) => node.call(request({ x: 1, y: 2 }))),
    );
  const found = project(answers, run.events).map(({ node, call, occurrence }) => [node, call, occurrence]);
  expect(found).toEqual([
    ['a', 1, 1],
    ['a', 2, 2],
    ['a', 3, 1],
    ['b', 4, 1],
  ]);
});

test('a call without a recorded request or answer is left out', () => {
  const run = buildRun()
    .started()
    .node('a', {}, (node) =>
      node.call().call({ prompt: 'why?', fails: 'overloaded' }).call({ prompt: 'why?' }),
    );
  expect(project(answers, run.events)).toEqual([]);
});

test('calls of interleaved runs stay separate', () => {
  const run = (id: number, response: string): readonly ReturnType<typeof buildRun>['events'][number][] =>
    buildRun(runId(id)).node('a', {}, (node) => node.call({ prompt: 'why?', response })).events;
  const [one, two] = [run(1, 'one'), run(2, 'two')];
  const mixed = one.flatMap((event, index) => [event, two[index]].filter((each) => each !== undefined));
  expect(
    project(answers, mixed).map(({ run: id, response, occurrence }) => [id, response, occurrence]),
  ).toEqual([
    [runId(1), 'one', 1],
    [runId(2), 'two', 1],
  ]);
});
