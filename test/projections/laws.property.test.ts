// Invariant: a projection gives the same result in every way of reading a log: live, in parts, any prefix, from its
// bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fold, project, projectRuns, startFold, startLive, step } from '../../projections/fold.ts';
import { createProjections } from '../../projections/projection-list.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { readLog } from '../../src/log/read/read-log.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { extensionEvent, permittedLog, wellFormedLog, wellFormedRun } from '../support/log-arbitraries.ts';
import { testPricing } from '../support/test-prices.ts';

const projections = createProjections({ pricing: testPricing(), explain: true });
const anyLog = fc.oneof(permittedLog, wellFormedLog);
const folder = mkdtempSync(join(tmpdir(), 'pflow-laws-'));
/** Projections that follow the order of events, and are folded by one reader. */
const UNMERGED = ['trace', 'planner-trace', 'store', 'summary', 'timeline', 'failure', 'runs'];
const RUNS = { numRuns: 60 };

afterAll(() => {
  rmSync(folder, { recursive: true });
});

type AnyProjection = (typeof projections)[number];

/** Holds a law for all projections on the same logs: making a log takes longer than folding it. */
function forEach(list: readonly AnyProjection[], check: (projection: AnyProjection) => void): void {
  for (const projection of list) {
    try {
      check(projection);
    } catch (cause) {
      throw new Error(`the law does not hold for ${projection.name}: ${String(cause)}`, { cause });
    }
  }
}

/** The output of `--project`, for either scope. */
function printed(projection: AnyProjection, events: readonly LogEvent[]): string {
  return projection.scope === 'log'
    ? JSON.stringify(project(projection, events))
    : JSON.stringify([...projectRuns(projection, events)]);
}

test('the streamed state equals the state of the bulk fold', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      forEach(projections, (projection) => {
        const live = startLive(projection);
        for (const event of log) live.add(event);
        expect(live.state()).toEqual(fold(projection, log));
        expect(JSON.stringify(live.result())).toBe(JSON.stringify(project(projection, log)));
      });
    }),
    RUNS,
  );
});

test('a log can be folded in any parts', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(), (log, cut) => {
      const at = cut % (log.length + 1);
      forEach(projections, (projection) => {
        const first = fold(projection, log.slice(0, at));
        const whole = log.slice(at).reduce((state, event) => step(projection, state, event), first);
        expect(whole).toEqual(fold(projection, log));
      });
    }),
    RUNS,
  );
});

test('projections that follow the order of events cannot be merged, and all others can', () => {
  const unmerged = projections.filter((one) => one.merge === undefined).map(({ name }) => name);
  expect([...unmerged].sort()).toEqual([...UNMERGED].sort());
});

test('the folds of two parts merge into the fold of both, in any grouping, and initial is neutral', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(), fc.nat(), (log, one, two) => {
      const [low = 0, high = 0] = [one, two].map((cut) => cut % (log.length + 1)).sort((a, b) => a - b);
      const parts = [log.slice(0, low), log.slice(low, high), log.slice(high)];
      forEach(projections, (projection) => {
        const merge = projection.merge?.bind(projection);
        if (merge === undefined) return;
        const whole = fold(projection, log);
        const [a, b, c] = parts.map((part) => fold(projection, part));
        const left = merge(merge(a, b), c);
        expect(left).toEqual(whole);
        expect(merge(a, merge(b, c))).toEqual(whole);
        expect(merge(projection.initial(), whole)).toEqual(whole);
        expect(merge(whole, projection.initial())).toEqual(whole);
        expect(JSON.stringify(projection.result(left))).toBe(JSON.stringify(projection.result(whole)));
      });
    }),
    RUNS,
  );
});

test('every prefix has a valid result, and nothing throws', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      forEach(projections, (projection) => {
        const running = startFold(projection);
        for (const event of log) {
          running.add(event);
          projection.schema.parse(running.result());
        }
        expect(JSON.stringify(running.result())).toBe(JSON.stringify(project(projection, log)));
      });
    }),
    { numRuns: 30 },
  );
});

test('a log that was written and parsed gives the same result', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const read = log.map((event) => JSON.parse(encodeLine(event).toString()) as LogEvent);
      forEach(projections, (projection) => {
        expect(printed(projection, read)).toBe(printed(projection, log));
      });
    }),
    RUNS,
  );
});

test('custom events of nodes and users change nothing', () => {
  fc.assert(
    fc.property(anyLog, fc.array(fc.tuple(fc.nat(), extensionEvent), { maxLength: 4 }), (log, extensions) => {
      const more = [...log];
      for (const [at, event] of extensions) more.splice(at % (more.length + 1), 0, event);
      forEach(projections, (projection) => {
        expect(printed(projection, more)).toBe(printed(projection, log));
      });
    }),
    RUNS,
  );
});

test('events and their list are not changed', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const before = JSON.stringify(log);
      forEach(projections, (projection) => {
        printed(projection, Object.freeze([...log]));
        expect(JSON.stringify(log)).toBe(before);
      });
    }),
    RUNS,
  );
});

test('settling a finished run in any part of the log keeps the result', () => {
  const settling = projections.filter((one) => one.settle !== undefined);
  expect(settling.map(({ name }) => name)).toContain('metrics');
  fc.assert(
    fc.property(wellFormedLog, fc.nat(), (log, cut) => {
      const at = cut % (log.length + 1);
      forEach(settling, (projection) => {
        const settled = [log.slice(0, at), log.slice(at)].map((part) => {
          const running = startFold(projection);
          for (const event of part) {
            running.add(event);
            if (event.type === 'run.completed') projection.settle?.(running.state(), event.run);
          }
          return running.state();
        });
        const merged = projection.merge?.(settled[0], settled[1]);
        expect(JSON.stringify(projection.result(merged))).toBe(JSON.stringify(project(projection, log)));
      });
    }),
    RUNS,
  );
});

test('skipped parts of payloads change nothing', () => {
  const isKept = (skips: readonly string[], type: string, key: string): boolean => {
    if (type === 'llm.prompted' || type === 'llm.answered')
      return ['call', 'model'].includes(key) || !skips.includes('words');
    return !skips.includes(key);
  };
  fc.assert(
    fc.property(anyLog, (log) => {
      forEach(projections, (projection) => {
        const skips: readonly string[] = projection.skips ?? [];
        const without = log.map((event) => ({
          ...event,
          data: Object.fromEntries(
            Object.entries(event.data).filter(([key]) => isKept(skips, event.type, key)),
          ),
        })) as LogEvent[];
        expect(printed(projection, without)).toBe(printed(projection, log));
      });
    }),
    RUNS,
  );
});

test('skipping lines by type gives the same result as parsing every line', async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(wellFormedRun, async (log) => {
      const path = join(folder, `${String((files += 1))}.ndjson`);
      writeFileSync(path, Buffer.concat(log.map(encodeLine)));
      const all: LogEvent[] = [];
      await readLog(path, { onEvent: (event) => all.push(event) });
      expect(all).toEqual(log);
      for (const projection of projections) {
        const handled: LogEvent[] = [];
        const handles = new Set<string>(projection.handles);
        await readLog(path, { handles, onEvent: (event) => handled.push(event) });
        expect(handled, projection.name).toEqual(log.filter(({ type }) => handles.has(type)));
        expect(printed(projection, handled), projection.name).toBe(printed(projection, all));
      }
    }),
    { numRuns: 20 },
  );
});
