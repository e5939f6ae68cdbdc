// Invariant: validation never throws for any JSON, and a workflow without problems compiles
// and runs.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { formatProblem } from '../../src/workflow/problem.ts';
import { assertValid, validateWorkflow } from '../../src/workflow/validate.ts';
import { registry } from './node-types.ts';

const name = fc.constantFrom('a', 'b', 'c', 'topic', '__proto__', 'constructor', 'x y', '');
const text = fc.constantFrom(
  '${a.text}',
  '${b.data.x}',
  '${topic}',
  '${',
  '$${x}',
  '${c ?? 1}',
  'plain',
  '${a.text[0]}',
);
const junk = fc.jsonValue({ maxDepth: 2 });
const orJunk = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: junk });
const params = fc.dictionary(fc.constantFrom('message', 'data', 'prompt', 'zzz'), orJunk(text), {
  maxKeys: 3,
});
const node = fc.record(
  {
    id: orJunk(name),
    type: orJunk(fc.constantFrom('print', 'call', 'any', 'toString')),
    params: orJunk(params),
    retry: junk,
  },
  { requiredKeys: ['id', 'type'] },
);
const edge = fc.record(
  { from: orJunk(name), to: orJunk(name), action: orJunk(name) },
  { requiredKeys: ['from', 'to'] },
);
const workflow = fc.record(
  {
    nodes: orJunk(fc.array(orJunk(node), { minLength: 1, maxLength: 4 })),
    edges: orJunk(fc.array(orJunk(edge), { maxLength: 5 })),
    inputs: orJunk(fc.dictionary(name, orJunk(fc.record({ default: junk })), { maxKeys: 2 })),
    outputs: orJunk(fc.dictionary(name, orJunk(fc.record({ source: orJunk(text) })), { maxKeys: 2 })),
    start_node: orJunk(name),
    enable_namespacing: orJunk(fc.boolean()),
  },
  { requiredKeys: ['nodes'] },
);

it('validation of any JSON gives a list of problems', () => {
  fc.assert(
    fc.property(fc.oneof(workflow, junk), (value) => {
      for (const problem of validateWorkflow(value, { registry })) {
        expect(problem.message).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

const sequence = fc
  .uniqueArray(fc.stringMatching(/^[a-z][\w-]{0,5}$/), { minLength: 1, maxLength: 8 })
  .chain((ids) =>
    fc.record({
      nodes: fc.tuple(
        ...ids.map((id, index) =>
          fc.nat({ max: index }).map((back) => {
            const earlier = ids[index - 1 - back];
            const data = earlier === undefined ? '$${x}' : { x: [`\${${earlier}.text}`] };
            return { id, type: 'print', params: { data } };
          }),
        ),
      ),
      start_node: fc.constantFrom(undefined, ids[0]),
      outputs: fc.constantFrom(undefined, { o: { source: `\${${ids.at(-1) ?? ''}.data[0].x}` } }),
    }),
  )
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

it('a chain whose nodes refer to earlier ones is valid, compiles and runs to its end', async () => {
  const context = { signal: new AbortController().signal, cwd: '/', env: {} };
  await fc.assert(
    fc.asyncProperty(sequence, async (value) => {
      expect(validateWorkflow(value, { registry })).toEqual([]);
      const workflow = assertValid(value, { registry });
      const { lastNode } = await compileWorkflow(workflow, { registry }).run({}, context);
      expect(lastNode).toBe(workflow.nodes.at(-1)?.id);
    }),
  );
});

it('assertValid throws exactly for workflows with problems, and all others compile', () => {
  fc.assert(
    fc.property(fc.oneof(workflow, sequence), (value) => {
      const problems = validateWorkflow(value, { registry }).map(formatProblem);
      try {
        compileWorkflow(assertValid(value, { registry }), { registry });
        expect(problems).toEqual([]);
      } catch (error) {
        if (!(error instanceof PflowError)) throw error;
        expect(error.details).toEqual(problems);
      }
    }),
    { numRuns: 300 },
  );
});
