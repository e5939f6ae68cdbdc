// Commands behave alike in the shared process and in their own.
import { expect, test } from 'vitest';
import { ECHO, workbench } from './workbench.ts';

const SLEEPING = {
  nodes: [{ id: 'slow', type: 'shell', params: { command: 'sleep 9' }, timeout_s: 0.05 }],
};

const COMMANDS: readonly (readonly string[])[] = [
  ['--version'],
  ['--help'],
  ['run', 'flow.json'],
  ['run', 'flow.json', '--verbose'],
  ['run', 'slow.json'],
  ['run', 'gone.json', '--output-format', 'json'],
  ['validate', 'flow.json'],
  ['settings'],
  ['no-such-command'],
];

test.each(COMMANDS.map((args) => [args]))(
  '%j behaves alike in the shared process and in its own',
  async (args) => {
    const bench = workbench({ PFLOW_TEST_VALUE: 'one' });
    bench.write('flow.json', ECHO);
    bench.write('slow.json', SLEEPING);
    const withoutTimes = (text: string): string => text.replaceAll(/\d+(?:\.\d+)? ?m?s\b/gu, 'TIME');
    const [shared, own] = [await bench.run(args), await bench.run(args, { ownProcess: true })];
    expect({ ...shared, stderr: withoutTimes(shared.stderr) }).toEqual({
      ...own,
      stderr: withoutTimes(own.stderr),
    });
  },
);

test('a command that ends the shared process fails, and the next one gets another', async () => {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  bench.write('end.json', { nodes: [{ id: 'end', type: 'shell', params: { command: 'kill -9 $PPID' } }] });
  await expect(bench.run(['run', 'end.json'])).rejects.toThrow(
    'the host ended with SIGKILL during run end.json',
  );
  expect(await bench.run(['run', 'flow.json'])).toMatchObject({ code: 0, stdout: 'hello\n' });
});
