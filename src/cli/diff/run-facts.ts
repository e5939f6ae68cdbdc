// Reads what a comparison needs of a run.
import { startFold } from '../../../projections/fold.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import type { Step } from '../../../projections/steps/schema.ts';
import { store } from '../../../projections/store/projection.ts';
import type { EventOf, LogEvent } from '../../events/event.ts';
import { readLog } from '../../log/read/read-log.ts';
import type { ListedRun } from '../../replay/list-runs.ts';

type Values = Record<string, unknown>;

export interface RunFacts {
  readonly row: ListedRun;
  hash: string | null;
  ir: unknown;
  inputs: Values;
  origins: Values;
  readonly path: string[];
  readonly prompts: Values;
  readonly answers: Values;
  readonly outputs: Values;
  store: Values;
  steps: ReadonlyMap<string, Step>;
}

/** Keys of the store that differ between any two runs, or are compared elsewhere. */
const LEFT_OUT = /^__/u;

export async function readRunFacts(row: ListedRun, pricing: Pricing): Promise<RunFacts> {
  const facts: RunFacts = {
    ...{ row, hash: null, ir: undefined, inputs: {}, origins: {}, path: [] },
    ...{ prompts: {}, answers: {}, outputs: {}, store: {}, steps: new Map() },
  };
  const folded = startFold(store);
  const steps = startFold(createSteps({ pricing }));
  const callers = new Map<number, string>();
  await readLog(row.file, {
    runs: (id) => id === row.run,
    skipCorrupt: true,
    onEvent: (event) => {
      folded.add(event);
      steps.add(event);
      addEvent(facts, event, callers);
    },
  });
  const kept = Object.entries(folded.result().store).filter(([key]) => !LEFT_OUT.test(key));
  facts.store = Object.fromEntries(kept);
  facts.steps = new Map(steps.result().map((step) => [step.node_id, step]));
  return facts;
}

function addEvent(facts: RunFacts, event: LogEvent, callers: Map<number, string>): void {
  switch (event.type) {
    case 'run.started':
    case 'workflow.started':
      addFile(facts, event);
      return;
    case 'node.completed':
    case 'node.failed':
      if (event.phase !== 'planner') facts.path.push(stepOf(event));
      return;
    case 'llm.prompted': {
      // Calls are compared by where they were made: their numbers depend on the path.
      const caller = placeOf(event, callers.size);
      callers.set(event.data.call, caller);
      facts.prompts[caller] = event.data.prompt;
      return;
    }
    case 'llm.answered':
      facts.answers[callers.get(event.data.call) ?? `call ${String(event.data.call)}`] = event.data.response;
      return;
    case 'output.produced':
      facts.outputs[event.data.name] = event.data.value;
      return;
    default:
  }
}

/** Keeps the workflow and the inputs. A planned workflow comes later than the start of its run. */
function addFile(facts: RunFacts, event: EventOf<'run.started'> | EventOf<'workflow.started'>): void {
  if (event.type === 'workflow.started') {
    if (event.node !== undefined) return;
    facts.hash = event.data.hash;
    facts.ir ??= event.data.ir;
    return;
  }
  const { workflow, ir, inputs, input_origins } = event.data;
  facts.hash = workflow === null ? null : workflow.hash;
  facts.ir = ir;
  facts.inputs = { ...inputs };
  facts.origins = { ...input_origins };
}

function stepOf(event: EventOf<'node.completed'> | EventOf<'node.failed'>): string {
  const action = event.type === 'node.failed' ? 'failed' : event.data.action;
  const item = event.item === undefined ? '' : `[${String(event.item)}]`;
  return `${event.node ?? ''}${item} → ${action}`;
}

function placeOf({ node, visit = 1, item, attempt = 1 }: LogEvent, number: number): string {
  if (node === undefined) return `call ${String(number + 1)}`;
  const later = visit > 1 ? ` #${String(visit)}` : '';
  const again = attempt > 1 ? ` attempt ${String(attempt)}` : '';
  return `${node}${item === undefined ? '' : `[${String(item)}]`}${later}${again}`;
}
