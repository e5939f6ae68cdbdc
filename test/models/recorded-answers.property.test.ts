// Invariant: the answer to a request depends on its content, its caller and the number of equal requests before it;
// never on the order of the records, on other requests in between, or on the order in which nodes take turns.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordedAnswers, type RecordedAnswer } from '../../src/models/recorded-answers.ts';

const call = fc.record({
  node: fc.constantFrom('a', 'b', 'a/b'),
  prompt: fc.constantFrom('p', 'q', '__proto__'),
  temperature: fc.option(fc.constantFrom(0, 1), { nil: undefined }),
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

const calls = fc.array(call, { maxLength: 20 });

function recordsOf(requests: readonly Call[]): RecordedAnswer[] {
  return requests.map(({ node, prompt, temperature }, seq) => ({
    run: 'r',
    seq,
    node,
    provider: 'openai',
    model: 'openai/gpt-4o',
    prompt,
    ...(temperature === undefined ? {} : { options: { temperature } }),
    response: `answer ${String(seq)}`,
    usage: {},
  }));
}

async function replay(records: readonly RecordedAnswer[], requests: readonly Call[]): Promise<string[]> {
  const client = createRecordedAnswers(records, { onMiss: 'error' });
  const { signal } = new AbortController();
  return Promise.all(
    requests.map(async ({ node, prompt, temperature }) => {
      const request = { model: 'gpt-4o', prompt, ...(temperature === undefined ? {} : { temperature }) };
      return (await client.answer(request, signal, node)).text;
    }),
  );
}

describe('recorded answers', () => {
  it('reproduce a run for every order of the records', async () => {
    const shuffled = calls.chain((requests) => {
      const records = recordsOf(requests);
      return fc.tuple(fc.constant(requests), fc.shuffledSubarray(records, { minLength: records.length }));
    });
    await fc.assert(
      fc.asyncProperty(shuffled, async ([requests, records]) => {
        expect(await replay(records, requests)).toEqual(
          requests.map((_call, seq) => `answer ${String(seq)}`),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('are the same for each node when the nodes take turns in another order', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (requests) => {
        const records = recordsOf(requests);
        const inTurn = requests.map((one, seq) => ({ one, text: `answer ${String(seq)}` }));
        const byNode = ['a/b', 'b', 'a'].flatMap((node) => inTurn.filter(({ one }) => one.node === node));
        const answers = await replay(
          records,
          byNode.map(({ one }) => one),
        );
        expect(answers).toEqual(byNode.map(({ text }) => text));
      }),
      { numRuns: 100 },
    );
  });
});
