// The benchmark of commands measures what a run does: values are quoted by the reader that shell nodes load.
import { expect, it } from 'vitest';
import { commandFigures } from '../../bench/commands.ts';

it('the benchmark of commands gives one figure in microseconds', async () => {
  const figures = await commandFigures();
  expect(figures).toEqual([
    {
      what: 'a command with three values: parsed, quoted and filled',
      target: '≤ 20 µs',
      measured: expect.stringMatching(/^\d+\.\d µs$/u) as string,
      reached: expect.any(Boolean) as boolean,
    },
  ]);
});
