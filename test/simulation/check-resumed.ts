// Checks a resumed run: what had completed is restored and not run again, and every paid request of both runs counts.
import { isModelCall } from '../../src/events/model-call.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { readPipedLog } from '../../src/log/read/read-piped-log.ts';
import { checkCalls } from './check-calls.ts';
import { describeError } from './describe-error.ts';
import type { ResumedPair } from './run-resumed.ts';
import type { Scenario } from './scenario.ts';

/** A value that was redacted may be needed. */
const EXPECTED_REFUSALS: readonly string[] = ['VALUE_NOT_KEPT'];

/** The checks that the resumed run does not share with every other run. */
export async function checkResumed(scenario: Scenario, pair: ResumedPair): Promise<string[]> {
  const { refusal, second, first, kept } = pair;
  const before = await readEvents(kept);
  if (second === undefined) {
    const isPlanned = refusal !== undefined && EXPECTED_REFUSALS.includes(refusal.code);
    return isPlanned ? [] : [`resuming was refused: ${describeError(refusal)}`];
  }
  const isWhole = kept.length === first.disk.bytes.length;
  return [
    ...(pair.isGivenAgain ? [] : checkRestored(scenario, before, second.events)),
    ...checkCalls({ events: second.events.filter(isNew), paid: second.paid }),
    ...(isWhole && first.outcome?.status !== undefined
      ? checkCalls({
          events: [...first.events, ...second.events].filter(isNew),
          paid: [...first.paid, ...second.paid],
        })
      : []),
  ];
}

/** Calls whose answer was reused cost nothing. */
function isNew(event: LogEvent): boolean {
  return !isModelCall(event) || event.type === 'llm.failed' || event.data.reused === undefined;
}

function checkRestored(
  { workflow }: Scenario,
  before: readonly LogEvent[],
  after: readonly LogEvent[],
): string[] {
  const plain = new Set(workflow.nodes.flatMap(({ id, batch }) => (batch === undefined ? [id] : [])));
  const started = new Set(after.flatMap((event) => (event.type === 'node.started' ? [placeOf(event)] : [])));
  const restored = new Set(
    after.flatMap((event) => (event.type === 'node.restored' ? [placeOf(event)] : [])),
  );
  return before.flatMap((event) => {
    if (event.type !== 'node.completed' || event.item !== undefined || !plain.has(event.node ?? ''))
      return [];
    const place = placeOf(event);
    return [
      ...(started.has(place) ? [`node ${place} had completed and ran again`] : []),
      ...(restored.has(place) ? [] : [`node ${place} had completed and was not restored`]),
    ];
  });
}

function placeOf({ node = '', visit = 1 }: LogEvent): string {
  return `${node} (visit ${String(visit)})`;
}

async function readEvents(bytes: Buffer): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  await readPipedLog(chunks(bytes), { onEvent: (event) => events.push(event), skipCorrupt: true });
  return events;
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield bytes;
}
