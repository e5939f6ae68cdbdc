// Writes 40 logs as a night leaves them: ok, failed, killed, torn, retried, looped, batched, nested, packed, linked.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LogEvent } from '../../../src/events/event.ts';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { hashOf } from '../../../src/run/run-events.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

const NIGHT = Date.parse('2026-11-29T02:00:00.000Z');
const SONNET = 'anthropic/claude-sonnet-4-0';

/** Runs are numbered; each starts ten minutes after the one before. */
function startedAt(number: number, { events }: RunBuilder): LogEvent[] {
  const [start] = events;
  const shift = NIGHT + number * 600_000 - Date.parse(start?.at ?? '');
  const name = start?.type === 'run.started' ? (start.data.workflow?.name ?? '') : '';
  return events.map((event) => {
    const at = new Date(Date.parse(event.at) + shift).toISOString();
    return event.type === 'workflow.started'
      ? { ...event, at, data: { ...event.data, name } }
      : { ...event, at };
  });
}

function bytesOf(events: readonly LogEvent[]): Buffer {
  return Buffer.concat(events.map(encodeLine));
}

function begin(number: number, name: string, facts: Parameters<RunBuilder['started']>[0] = {}): RunBuilder {
  const hash = facts.ir === undefined ? 'f00d' : hashOf(facts.ir);
  return new RunBuilder(runId(number)).started({ workflow: { name, hash }, ...facts });
}

function success(number: number, name: string): RunBuilder {
  return begin(number, name)
    .workflow(['read', 'ask'], (inside) =>
      inside.node('read').node('ask', { ms: 400 }, (node) => node.call()),
    )
    .ended('success');
}

export const IMPORT_FAILURE = 'POST http://h/hook answered 500: database is down';

/** `import` failed after three attempts: the input `host` came from the environment. */
function failedImport(): RunBuilder {
  const ir = {
    nodes: [{ id: 'post', type: 'http', params: { url: '${host}/hook', body: '${ask.response}' } }],
  };
  return begin(31, 'import', {
    ...{ inputs: { host: 'http://h' }, input_origins: { host: 'environment' } },
    ...{ tags: { customer: 'acme' }, nodes: 2, workflow_path: '/flows/import.json' },
    // Writers put the file last.
    ir,
  })
    .changed({ op: 'add', path: ['host'], value: 'http://h' })
    .workflow(['ask', 'post', 'never'], (inside) =>
      inside
        .node('ask', { type: 'llm', ms: 500 }, (node) =>
          node
            .call({ prompt: 'why?', response: 'because' })
            .changed({ op: 'add', path: ['ask'], value: { response: 'because' } }),
        )
        .node('post', { type: 'http', ms: 1_000, fails: IMPORT_FAILURE }, (node) =>
          node
            .resolved('url', '${host}/hook', 'http://h/hook')
            .resolved('body', '${ask.response}', 'because')
            .after(100)
            .retried(1, IMPORT_FAILURE)
            .after(1_100)
            .retried(2, IMPORT_FAILURE)
            .changed({
              op: 'add',
              path: ['post'],
              value: { status_code: 500, response: 'database is down' },
            }),
        ),
    )
    .ended('failed');
}

export interface Night {
  readonly folder: string;
  /** Ids of the runs that the questions are about. */
  readonly failed: string;
  readonly killed: string;
}

export function writeNight(folder: string): Night {
  mkdirSync(join(folder, 'later'), { recursive: true });
  const write = (number: number, run: RunBuilder, where = ''): Buffer => {
    const bytes = bytesOf(startedAt(number, run));
    writeFileSync(join(folder, where, `run-${String(number).padStart(2, '0')}.ndjson`), bytes);
    return bytes;
  };
  for (let number = 1; number <= 28; number += 1)
    write(number, success(number, number % 2 === 0 ? 'notes' : 'nightly'));
  const retried = begin(29, 'notes')
    .workflow(['ask'], (inside) => inside.node('ask', {}, (node) => node.retried(1, 'busy').call()))
    .ended('success');
  const packed = write(29, retried);
  writeFileSync(join(folder, 'run-29.ndjson.gz'), gzipSync(packed));
  const looped = begin(30, 'loop')
    .workflow(['try'], (inside) => inside.node('try', { fails: 'no' }).node('try', { visit: 2 }))
    .ended('success');
  write(30, looped);
  write(31, failedImport());
  const batched = begin(32, 'batch')
    .workflow(['each'], (inside) =>
      inside.node('each', { fails: 'item 1: no such file' }, (node) =>
        node.node('each', { item: 0 }).node('each', { item: 1, fails: 'no such file' }),
      ),
    )
    .ended('failed');
  write(32, batched, 'later');
  const nested = begin(33, 'nested')
    .workflow(['child'], (inside) =>
      inside.node('child', { fails: 'child/ask: overloaded' }, (child) =>
        child.node('child/ask', { fails: 'overloaded' }),
      ),
    )
    .ended('failed');
  write(33, nested, 'later');
  const torn = write(34, success(34, 'torn'));
  writeFileSync(join(folder, 'run-34.ndjson'), torn.subarray(0, torn.length - 40));
  const killed = begin(35, 'nightly', { pid: 2_147_483, host: 'another' }).workflow(
    ['read', 'long'],
    (inside) => inside.node('read').node('long', { hangs: true }, (node) => node.call({ model: SONNET })),
    null,
  );
  write(35, killed);
  const stopped = begin(36, 'nightly')
    .workflow(['long'], (inside) => inside.node('long', { hangs: true }, (node) => node.after(3_000)), null)
    .emit({
      type: 'run.completed',
      data: { status: 'interrupted', duration_ms: 3_000, events: 3, signal: 'SIGINT' },
    });
  write(36, stopped);
  for (let number = 37; number <= 39; number += 1) write(number, success(number, 'notes'));
  symlinkSync(join(folder, 'run-01.ndjson'), join(folder, 'link.ndjson'));
  return { folder, failed: runId(31), killed: runId(35) };
}
