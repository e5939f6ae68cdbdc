// A resume with changed inputs: what a node needs is there as it was, or the run is refused.
import { expect, test } from 'vitest';
import { documentOf, workbench, type Workbench } from '../../support/workbench.ts';

const WAIT = { id: 'wait', type: 'shell', params: { command: 'test -e ready' } };

async function resumeWith(bench: Workbench, flow: object, first: string, second: string): Promise<unknown> {
  bench.write('flow.json', flow);
  const failed = await bench.run(['run', 'flow.json', first, '--log', 'runs/', '--json']);
  expect(failed.code).toBe(1);
  bench.write('ready', '');
  const resumed = await bench.run(['resume', documentOf(failed).log?.path ?? '', second, '--json']);
  const { error, result } = documentOf(resumed);
  return error?.code ?? result;
}

const READING = {
  inputs: { x: { type: 'string' } },
  nodes: [
    { id: 'first', type: 'shell', params: { command: 'echo $API_TOKEN ${x}' } },
    WAIT,
    { id: 'last', type: 'echo', params: { message: 'came ${first.stdout}' } },
  ],
  outputs: { echo: { source: '${last.echo}' } },
};

test('an output with a secret is not read as the mark that the log has', async () => {
  const token = { API_TOKEN: 'correct-horse-battery' };
  expect(await resumeWith(workbench(token), READING, 'x=1', 'x=1')).toBe('VALUE_NOT_KEPT');
});

test('an output of a node whose own params had a secret is not read as a mark, either', async () => {
  const secret = { ...READING.inputs.x, secret: true };
  const first = { id: 'first', type: 'shell', params: { command: 'echo ${x}' } };
  const flow = { ...READING, inputs: { x: secret }, nodes: [first, ...READING.nodes.slice(1)] };
  const given = 'x=correct-horse-battery';
  expect(await resumeWith(workbench(), flow, given, given)).toBe('VALUE_NOT_KEPT');
});

/** The second node changes what the first one wrote. */
const SHARED = {
  enable_namespacing: false,
  inputs: { x: { type: 'string' } },
  nodes: [
    { id: 'first', type: 'echo', params: { message: '${x}', data: { key: '${x}' } } },
    { id: 'second', type: 'echo', params: { message: 'x', data: { key: 'same', more: 1 } } },
    WAIT,
    { id: 'last', type: 'echo', params: { message: '${data.key} ${data.more}' } },
  ],
  outputs: { echo: { source: '${echo}' } },
};

test('without namespaces a node after one that ran again runs again, too', async () => {
  expect(await resumeWith(workbench(), SHARED, 'x=same', 'x=other')).toEqual({ echo: 'same 1' });
});

test('without namespaces a secret in what runs again is no reason to refuse', async () => {
  const flow = { ...SHARED, inputs: { x: { type: 'string', secret: true } } };
  const [first, second] = ['x=correct-horse-battery', 'x=another-horse-battery'];
  expect(await resumeWith(workbench(), flow, first, second)).toEqual({ echo: 'same 1' });
});
