// Tests approvals and streamed answers on a pseudo-terminal.
import { describe, expect, test } from 'vitest';
import { runOnTerminal, runWithReplies } from '../support/run-on-terminal.ts';
import { eventsIn, testProvider, workbench } from '../support/workbench.ts';

const DEPLOY = {
  inputs: { where: { default: 'production', secret: false } },
  nodes: [{ id: 'deploy', type: 'echo', params: { message: 'to ${where}' }, approval: 'required' }],
};

describe('an approval on a terminal', () => {
  test.each([
    ['y\n', 0, 'approved', 'node.completed'],
    ['n\n', 1, 'denied', 'node.failed'],
    ['\n', 1, 'denied', 'node.failed'],
  ])('shows the resolved params, and the answer %j ends with exit %i', async (reply, exit, decision, end) => {
    const bench = workbench();
    bench.write('flow.json', DEPLOY);
    const { screen, code } = await runWithReplies(bench.folder, 'flow.json --log run.ndjson --no-color', {
      replies: [reply],
    });
    expect(screen).toContain('approval  deploy  echo');
    expect(screen).toContain('to production');
    expect(screen).toContain('Run this node? [y/N]');
    expect(code).toBe(exit);
    const events = eventsIn(bench.path('run.ndjson'));
    expect(events.find(({ type }) => type === 'node.approval')?.data).toEqual({ decision });
    expect(events.some(({ type }) => type === end)).toBe(true);
    expect(events.at(-1)).toMatchObject({
      type: 'run.completed',
      data: { status: exit === 0 ? 'success' : 'denied' },
    });
  });

  test('of nodes that run at once is prompted for one after the other: one answer decides about one node', async () => {
    const bench = workbench();
    const node = { id: 'go', type: 'echo', params: { message: 'item ${x}' }, approval: 'required' };
    bench.write('child.json', { inputs: { x: {} }, nodes: [node], outputs: { x: { source: '${go.echo}' } } });
    const batch = { items: [1, 2], parallel: true, error_handling: 'continue' };
    const params = { workflow: 'child.json', inputs: { x: '${item}' } };
    bench.write('flow.json', { nodes: [{ id: 'c', type: 'workflow', batch, params }] });
    const { screen } = await runWithReplies(bench.folder, 'flow.json --log run.ndjson --no-color', {
      replies: ['y\n', 'y\n'],
    });
    expect(screen.match(/\[y\/N\]/gu)).toHaveLength(2);
    const second = screen.lastIndexOf('approval  ');
    expect(screen.indexOf('[y/N]')).toBeLessThan(second);
    const decisions = eventsIn(bench.path('run.ndjson')).filter(({ type }) => type === 'node.approval');
    expect(decisions.map(({ data }) => data)).toEqual([{ decision: 'approved' }, { decision: 'approved' }]);
  });
});

test('a streamed answer is on the screen before its result, and nothing of it in a pipe', async () => {
  const answer = { do: 'answer', text: 'Mercury, Venus and others' } as const;
  const provider = await testProvider({ rules: [{ then: answer }] });
  const bench = workbench(provider.env);
  const params = { model: 'openai/gpt-4o-mini', prompt: 'Name the planets', stream: true };
  bench.write('flow.json', { nodes: [{ id: 'tell', type: 'llm', params }] });
  const screen = await runOnTerminal(bench.folder, 'flow.json --no-color', provider.env);
  expect(screen).toContain('tell\nMercury, Venus and others\n  ✓ tell');
  const piped = await bench.run(['flow.json']);
  expect(piped).toMatchObject({ code: 0, stdout: 'Mercury, Venus and others\n', stderr: '' });
});
