// Invariant: which answer a question gets depends on what is asked, by whom and how often before; never on the
// order of the records, on other questions in between, or on the order in which nodes take turns.
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

function recorded(asked: readonly Call[]): RecordedAnswer[] {
  return asked.map(({ node, prompt, temperature }, seq) => ({
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

async function replay(records: readonly RecordedAnswer[], asked: readonly Call[]): Promise<string[]> {
  const client = createRecordedAnswers(records, { onMiss: 'error' });
  const { signal } = new AbortController();
  return Promise.all(
    asked.map(async ({ node, prompt, temperature }) => {
      const request = { model: 'gpt-4o', prompt, ...(temperature === undefined ? {} : { temperature }) };
      return (await client.answer(request, signal, node)).text;
    }),
  );
}

describe('recorded answers', () => {
  it('give back a run as it was, whatever the order of the records', async () => {
    const shuffled = calls.chain((asked) => {
      const records = recorded(asked);
      return fc.tuple(fc.constant(asked), fc.shuffledSubarray(records, { minLength: records.length }));
    });
    await fc.assert(
      fc.asyncProperty(shuffled, async ([asked, records]) => {
        expect(await replay(records, asked)).toEqual(asked.map((_call, seq) => `answer ${String(seq)}`));
      }),
      { numRuns: 100 },
    );
  });

  it('are the same for each node when the nodes take turns in another order', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (asked) => {
        const records = recorded(asked);
        const inTurn = asked.map((one, seq) => ({ one, text: `answer ${String(seq)}` }));
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
