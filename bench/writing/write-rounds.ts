// Races writers in one process. Each round of each writer has a file of its own, and counts only when every event is in
// that file with all its facts.
import { strict as assert } from 'node:assert';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { milliseconds, race, type Race } from '../measure.ts';
import { WRITERS, type WriterName } from './writers.ts';
import { writtenEvent } from './written-event.ts';

export interface WriteRounds<Name extends WriterName> {
  readonly names: readonly Name[];
  /** In each round. */
  readonly events: number;
  readonly rounds: number;
}

/** Between so many events others get a turn, as between the answers of models: batches are written then. */
const TURN = 64;

/** Milliseconds of a round. */
export async function raceWriters<Name extends WriterName>(
  { names, events, rounds }: WriteRounds<Name>,
  folder: string,
): Promise<Race<Name>> {
  const contenders = names.map((name) => [name, () => writeRound(name, join(folder, name), events)]);
  return race(rounds, Object.fromEntries(contenders) as Record<Name, () => Promise<number>>);
}

async function writeRound(name: WriterName, path: string, events: number): Promise<number> {
  const writer = await WRITERS[name](path);
  const taken = await milliseconds(async () => {
    for (let count = 0; count < events; count += 1) {
      writer.append();
      if (count % TURN === 0) await setImmediate();
    }
    await writer.flush();
  });
  requireWritten(name, readFileSync(path, 'utf8').split('\n'), events);
  await writer.close();
  rmSync(path);
  return taken;
}

function requireWritten(name: WriterName, lines: readonly string[], events: number): void {
  assert.equal(lines.length, events + 1, `${name} wrote ${lines.length - 1} of ${events} events`);
  const written = new Set(leavesOf(JSON.parse(lines[0] ?? '')));
  const missing = leavesOf(writtenEvent).filter((fact) => !written.has(fact));
  assert.deepEqual(missing, [], `${name} leaves out facts`);
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

/** Throws when the first event is not in the file right after the call. */
export async function requireInKernel(name: WriterName, folder: string): Promise<void> {
  const path = join(folder, name);
  const writer = await WRITERS[name](path);
  writer.append();
  assert.ok(statSync(path).size > 0, `${name} returns before the event is in the kernel`);
  await writer.close();
  rmSync(path);
}
