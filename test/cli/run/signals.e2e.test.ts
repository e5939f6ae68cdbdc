// Invariant: at the first signal a run ends what it has started, closes its log, saves its trace and
// prints its document; at the second one it ends at once.
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  documentOf,
  eventsIn,
  expectJsonError,
  testProvider,
  expectTextError,
  eventTypesIn,
  workbench,
  type Workbench,
} from '../../support/workbench.ts';

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const;

const CALLING = {
  nodes: [
    { id: 'before', type: 'echo', params: { message: 'done' } },
    { id: 'call', type: 'llm', params: { model: 'anthropic/claude-sonnet-4-0', prompt: 'Hello' } },
  ],
};

/** A command that has a child and lasts a minute. It writes its start to a file. */
const WORK = {
  nodes: [
    { id: 'before', type: 'echo', params: { message: 'done' } },
    {
      id: 'work',
      type: 'shell',
      params: { command: 'echo begun; sleep 60 & echo $! > child; touch up; wait; echo never' },
    },
  ],
};

/** Like WORK, but only SIGKILL ends it. It answers signals with `reaction`. */
const stubborn = (reaction = ':'): object => ({
  nodes: [
    {
      id: 'work',
      type: 'shell',
      params: {
        command: `trap '${reaction}' TERM INT; echo $$ > child; touch up; while :; do sleep 60 & wait; done`,
      },
    },
  ],
});

/** Resolves when the command of WORK has started. */
async function up(bench: Workbench): Promise<void> {
  await new Promise<void>((resolve) => {
    const watcher = watch(bench.folder, (_event, name) => {
      if (name === 'up') resolve();
    });
    onTestFinished(() => {
      watcher.close();
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie counts as dead.
  const stat = `/proc/${String(pid)}/stat`;
  return !existsSync(stat) || !/\) [ZX] /u.test(readFileSync(stat, 'utf8'));
}

/** Resolves when no process has that pid any more. */
async function gone(bench: Workbench): Promise<true> {
  const pid = Number(readFileSync(bench.path('child'), 'utf8'));
  while (isAlive(pid)) await sleep(20);
  return true;
}

describe.each(SIGNALS)('%s', (signal, exit) => {
  test('in the middle of a model call cancels the call and keeps everything', async () => {
    const provider = await testProvider({ rules: [{ then: { do: 'hang' } }] });
    const bench = workbench(provider.env);
    bench.write('flow.json', CALLING);
    const args = ['run', 'flow.json', '--log', 'run.ndjson', '--trace', '--output-format', 'json'];
    const run = await bench.run(args, {
      onStart: (child) => void provider.waitForRequest(1).then(() => child.kill(signal)),
    });

    const error = expectJsonError(run, exit, 'INTERRUPTED');
    expect(error.message).toBe(`interrupted by ${signal}`);
    const { status, steps, log, trace_file } = documentOf(run);
    expect(status).toBe('interrupted');
    expect(steps?.map((step) => [step.node_id, step.status])).toEqual([
      ['before', 'completed'],
      ['call', 'interrupted'],
    ]);
    // The process may have ended before the provider hears that its connection is closed.
    await expect.poll(() => provider.requests.map(({ abandoned }) => abandoned)).toEqual([true]);

    const events = eventsIn(bench.path('run.ndjson'));
    expect(events.at(-1)?.type).toBe('run.completed');
    expect(events.at(-1)?.data).toMatchObject({ status: 'interrupted', signal, events: events.length - 1 });
    expect(eventTypesIn(bench.path('run.ndjson'))).toContain('llm.failed');
    expect(log).toEqual({ path: 'run.ndjson', complete: true, last_seq: events.length - 1 });

    const traced = await bench.run(['replay', 'run.ndjson', '--project', 'trace']);
    expect(traced.stdout).toBe(readFileSync(trace_file ?? '', 'utf8'));
    expect((JSON.parse(traced.stdout) as { final_status: string }).final_status).toBe('interrupted');
  });

  test('in the middle of a command ends the command and its children', async () => {
    const bench = workbench();
    bench.write('work.json', WORK);
    const begun = up(bench);
    const run = await bench.run(['run', 'work.json', '--log', 'run.ndjson'], {
      onStart: (child) => void begun.then(() => child.kill(signal)),
    });
    expect(expectTextError(run, exit, 'INTERRUPTED')).toEqual([
      `error INTERRUPTED: interrupted by ${signal}`,
      '  What happened up to here is in run.ndjson.',
      'log    run.ndjson',
      'resume pflow resume run.ndjson',
    ]);
    expect(await gone(bench)).toBe(true);
    const store = await bench.run(['replay', 'run.ndjson', '--project', 'store']);
    expect(JSON.parse(store.stdout)).toMatchObject({ store: { work: { stdout: 'begun' } } });
  });
});

test('a command that ignores the signal is killed', async () => {
  const bench = workbench();
  bench.write('work.json', stubborn());
  const begun = up(bench);
  const run = await bench.run(['run', 'work.json', '--log', 'run.ndjson'], {
    onStart: (child) => void begun.then(() => child.kill('SIGINT')),
  });
  expectTextError(run, 130, 'INTERRUPTED');
  expect(await gone(bench)).toBe(true);
  expect(eventTypesIn(bench.path('run.ndjson')).at(-1)).toBe('run.completed');
});

test('without a log and without an option the exit code and the error are the same', async () => {
  const bench = workbench();
  bench.write('work.json', WORK);
  const begun = up(bench);
  const run = await bench.run(['run', 'work.json'], {
    onStart: (child) => void begun.then(() => child.kill('SIGINT')),
  });
  expectTextError(run, 130, 'INTERRUPTED');
  expect(await gone(bench)).toBe(true);
});

test.each(SIGNALS.filter(([signal]) => signal !== 'SIGHUP'))(
  'a second %s ends the run at once',
  async (signal, exit) => {
    const bench = workbench();
    // The command sends the second signal once the run has handled the first one: two at once would be one.
    bench.write('work.json', stubborn(`kill -s ${signal.slice(3)} $PPID`));
    const begun = up(bench);
    const run = await bench.run(['run', 'work.json', '--log', 'run.ndjson', '--output-format', 'json'], {
      onStart: (child) => void begun.then(() => child.kill(signal)),
    });
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: exit, stdout: '' });
    expect(eventTypesIn(bench.path('run.ndjson')).at(-1)).toBe('node.started');
    // No process is left, although there was no time to end it gently.
    expect(await gone(bench)).toBe(true);
  },
);

test('further SIGHUPs let the run close its log and save its trace', async () => {
  const bench = workbench();
  bench.write('work.json', WORK);
  const begun = up(bench);
  const several = async (child: ChildProcess): Promise<void> => {
    await begun;
    for (const wait of [0, 5, 5]) {
      await sleep(wait);
      child.kill('SIGHUP');
    }
  };
  const args = ['run', 'work.json', '--log', 'run.ndjson', '--trace', '--output-format', 'json'];
  const run = await bench.run(args, { onStart: (child) => void several(child) });
  expectJsonError(run, 129, 'INTERRUPTED');
  expect(existsSync(documentOf(run).trace_file ?? '')).toBe(true);
  expect(eventsIn(bench.path('run.ndjson')).at(-1)?.data).toMatchObject({ signal: 'SIGHUP' });
  expect(await gone(bench)).toBe(true);
});
