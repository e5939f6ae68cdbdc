// Invariant: whatever a planner's model answers, each of its calls is logged in the phase planner, with its prompt and
// its answer, and ends in exactly one bill or one failure.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/events/event.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { ModelFailure } from '../../src/models/model-failure.ts';
import type { ModelClient } from '../../src/models/model.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { runPlanned } from '../../src/run/run-planned.ts';
import { GOOD_ANSWERS, GOOD_WORKFLOW, SENTENCE } from '../support/planner-script.ts';

const BY_SCHEMA: readonly (readonly [string, unknown])[] = [
  ['workflow_name', GOOD_ANSWERS.discovery],
  ['"types"', GOOD_ANSWERS.browsing],
  ['"parameters"', GOOD_ANSWERS.parameters],
  ['"nodes"', GOOD_ANSWERS.generator],
  ['"values"', GOOD_ANSWERS.mapping],
  ['keywords', GOOD_ANSWERS.metadata],
];

/** How a call ends. Only permanent failures are thrown, so that nothing waits. */
const fate = fc.constantFrom('good', 'good', 'good', 'good', 'invalid workflow', 'refused', 'failed');

function answering(fates: readonly string[]): { readonly client: ModelClient; readonly made: () => number } {
  let made = 0;
  const client: ModelClient = {
    answer({ output_schema }) {
      const what = fates[made % fates.length];
      made += 1;
      const schema = JSON.stringify(output_schema);
      const good = BY_SCHEMA.find(([part]) => schema.includes(part))?.[1];
      const bad = good === GOOD_WORKFLOW && what === 'invalid workflow';
      if (what === 'failed') return Promise.reject(new ModelFailure('MODEL_QUOTA', 'no credit'));
      return Promise.resolve({
        text: JSON.stringify(bad ? { nodes: [{ id: 'a', type: 'unheard-of' }] } : good),
        provider: 'test',
        model: 'test/model',
        usage: { input_tokens: 10, output_tokens: 5 },
        finish_reason: what === 'refused' ? 'refusal' : 'stop',
      });
    },
  };
  return { client, made: () => made };
}

test('each call of the planner has one bill or failure, one prompt, and one answer per bill', async () => {
  const registry = await loadNodeTypes(NODE_TYPE_NAMES);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: 1, maxLength: 9 }),
      fc.boolean(),
      async (fates, hasSaved) => {
        const { client, made } = answering(fates);
        const log = openMemoryLog({
          host: systemLogHost,
          level: 'trace',
          redactor: createRedactor({ env: {} }),
        });
        const events: LogEvent[] = [];
        log.subscribe((event) => events.push(event));
        const saved = hasSaved ? [{ name: 'other', ir: GOOD_WORKFLOW }] : [];
        const outcome = await runPlanned({
          task: { request: SENTENCE, given: {}, env: {}, saved, registry, model: 'test/model' },
          ...{ registry, models: client, log, cwd: '/', env: {}, host: systemLogHost, version: '1.0.0' },
          signal: new AbortController().signal,
        });
        const of = (...types: string[]): LogEvent[] => events.filter(({ type }) => types.includes(type));
        expect(made()).toBeGreaterThan(0);
        expect(of('llm.completed', 'llm.failed')).toHaveLength(made());
        expect(of('llm.prompted')).toHaveLength(made());
        expect(of('llm.answered')).toHaveLength(of('llm.completed').length);
        expect(events.filter(({ type, phase }) => type.startsWith('llm.') && phase !== 'planner')).toEqual(
          [],
        );
        expect(of('planner.completed').map(({ data }) => (data as { status: string }).status)).toEqual([
          outcome.status === 'success' ? 'generated' : 'failed',
        ]);
        expect(events.at(-1)?.type).toBe('run.completed');
        expect(of('workflow.started')).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
