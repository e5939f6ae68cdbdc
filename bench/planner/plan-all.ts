// Plans the sentences, from recorded answers or with live model calls. Returns each result with its log.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from '../../projections/answers/projection.ts';
import { project } from '../../projections/fold.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openNdjsonLog } from '../../src/log/write/ndjson-log.ts';
import { readLog } from '../../src/log/read/read-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { createRecordedAnswers } from '../../src/models/recorded-answers.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import type { NamedCase } from './case-schema.ts';
import type { Planning } from './score-case.ts';
import { planCase } from './plan-case.ts';
import { PLANNER_BENCH } from './read-cases.ts';
import { RECORDED_MODEL } from './record.ts';

export const RECORDED_LOG = join(PLANNER_BENCH, 'recorded.ndjson.gz');

export type PlanOne = (one: NamedCase) => Promise<Planning>;

/** Throws ANSWER_NOT_RECORDED when the requests of the planner have changed; record them again then. */
export async function fromRecord(path = RECORDED_LOG): Promise<PlanOne> {
  const runs = new Map<string, LogEvent[]>();
  const bySentence = new Map<string, LogEvent[]>();
  await readLog(path, {
    onEvent: (event) => {
      const events = runs.get(event.run) ?? [];
      events.push(event);
      runs.set(event.run, events);
      if (event.type === 'run.started') bySentence.set(event.data.request ?? '', events);
    },
  });
  return async (one) => {
    const events = bySentence.get(one.sentence) ?? [];
    const models = createRecordedAnswers(project(answers, events), { onMiss: 'error' });
    const outcome = await planCase(one, { model: RECORDED_MODEL, models });
    if (outcome.error?.code === 'ANSWER_NOT_RECORDED') throw outcome.error;
    return { plan: planOf(outcome), events };
  };
}

/** Costs money. A log for each sentence in `folder`. */
export function planWithModel(model: string, folder: string): PlanOne {
  const { env } = process;
  mkdirSync(folder, { recursive: true });
  return async (one) => {
    const path = join(folder, `${one.name}.ndjson`);
    const redactor = createRedactor({ env: { ...env, ...one.world.env } });
    const log = openNdjsonLog(path, { level: 'trace', host: systemLogHost, redactor });
    const outcome = await planCase(one, { model, models: createProviderClient({ env }), log });
    log.close();
    const events: LogEvent[] = [];
    await readLog(path, { onEvent: (event) => void events.push(event) });
    return { plan: planOf(outcome), events };
  };
}

function planOf({ plan }: RunOutcome): Planning['plan'] {
  return plan;
}
