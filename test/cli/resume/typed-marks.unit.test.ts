// A typed text that only looks like a mark of a log survives a resume.
import { expect, test } from 'vitest';
import { documentOf, workbench } from '../../support/workbench.ts';

const FLOW = {
  inputs: {
    text: { type: 'string' },
    list: { type: 'array', default: ['<circular>', { deep: '<redacted:OTHER>' }] },
  },
  outputs: { echo: { source: '${last.echo}' }, data: { source: '${last.data}' } },
  nodes: [
    { id: 'first', type: 'echo', params: { message: 'said ${text}', data: '${list}' } },
    { id: 'wait', type: 'shell', params: { command: 'test -e ready' } },
    { id: 'last', type: 'echo', params: { message: '${first.echo} and ${text}', data: '${first.data}' } },
  ],
};

test.each(['<redacted:FOO>', 'a <redacted:API_KEY> b', '<cut: 12 bytes>', '<redacted:<redacted:x>>'])(
  'the input %j is restored',
  async (text) => {
    const bench = workbench();
    bench.write('flow.json', FLOW);
    const failed = await bench.run(['run', 'flow.json', `text=${text}`, '--log', 'runs/', '--json']);
    expect(failed.code).toBe(1);
    bench.write('ready', '');
    const resumed = await bench.run(['resume', documentOf(failed).log?.path ?? '', '--json']);
    expect([resumed.code, documentOf(resumed).result]).toEqual([
      0,
      { echo: `said ${text} and ${text}`, data: FLOW.inputs.list.default },
    ]);
  },
);

test('a text in which something was redacted is not taken for one that was typed', async () => {
  const bench = workbench({ API_TOKEN: 'correct-horse-battery' });
  bench.write('flow.json', FLOW);
  const text = '<redacted:FOO> correct-horse-battery';
  const failed = await bench.run(['run', 'flow.json', `text=${text}`, '--log', 'runs/', '--json']);
  bench.write('ready', '');
  const resumed = await bench.run(['resume', documentOf(failed).log?.path ?? '', '--json']);
  expect([resumed.code, documentOf(resumed).error?.code]).toEqual([2, 'VALUE_NOT_KEPT']);
});
