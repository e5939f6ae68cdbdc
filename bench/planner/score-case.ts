// Scores one case: whether the outcome is the expected one, whether the plan runs, how near its structure is, what it
// does, and what planning cost. The cost is computed from the log alone.
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { LogEvent } from '../../src/events/event.ts';
import type { Plan } from '../../src/planner/plan.ts';
import { checkSchema } from '../../src/workflow/check-schema.ts';
import { assertValid } from '../../src/workflow/validate.ts';
import { carryOut } from './carry-out.ts';
import type { NamedCase } from './case-schema.ts';
import { registry } from './bench-home.ts';
import { scoreStructure, type Planned, type StructureScore } from './score.ts';

export interface Planning {
  /** Absent when a provider failed or an answer was not recorded. */
  readonly plan: Plan | undefined;
  /** The log of the planning. */
  readonly events: readonly LogEvent[];
}

export interface CaseScore {
  readonly name: string;
  /** The expected kind of outcome: a new workflow, a saved one, or a list of missing inputs. */
  readonly outcome: boolean;
  /** The workflow passed the validator. */
  readonly valid: boolean;
  /** Number of calls of the generator. */
  readonly rounds: number;
  readonly structure: StructureScore;
  /** It did what it should; null where it was not carried out. */
  readonly executes: boolean | null;
  readonly success: boolean;
  readonly calls: number;
  /** US dollars, exact. */
  readonly cost: string;
  /** Why it is not a success. */
  readonly reasons: readonly string[];
}

export interface ScoreOptions {
  readonly pricing: Pricing;
  /** Plans of an untrusted model run on this machine only on request. */
  readonly execute: boolean;
}

export async function scoreCase(
  one: NamedCase,
  { plan, events }: Planning,
  options: ScoreOptions,
): Promise<CaseScore> {
  const { expected } = one;
  const outcome = outcomeOf(plan);
  const valid = outcome === 'generated' || outcome === 'reused' || outcome === 'missing';
  const runs =
    plan !== undefined && plan.status !== 'failed' && expected.outcome !== 'missing' && options.execute;
  const different = runs ? await carryOut(one, { ...plan, registry }) : undefined;
  const executes = different === undefined ? null : different.length === 0;
  const right = outcome === expected.outcome;
  const bill = project(createCost({ pricing: options.pricing }), events);
  return {
    name: one.name,
    outcome: right,
    valid,
    rounds: events.filter(({ type, node }) => type === 'node.completed' && node === 'workflow-generator')
      .length,
    structure: scoreStructure(plannedIn(plan), {
      workflow: assertValid(expected.workflow, { registry }),
      values: expected.inputs,
    }),
    executes,
    success: right && executes !== false,
    calls: events.filter(({ type }) => type === 'llm.completed').length,
    cost: bill.total_cost_usd,
    reasons: [
      ...(right ? [] : [`${outcome} and not ${expected.outcome}${describeOutcome(plan)}`]),
      ...(different ?? []),
    ],
  };
}

function outcomeOf(plan: Plan | undefined): string {
  if (plan === undefined) return 'broken off';
  if (plan.status !== 'failed') return plan.status;
  return plan.error.code === 'INPUT_MISSING' ? 'missing' : 'invalid';
}

function describeOutcome(plan: Plan | undefined): string {
  if (plan?.status !== 'failed') return '';
  return `: ${[plan.error.message, ...plan.error.details].join('; ')}`;
}

/** Of a plan that failed, what came nearest. */
function plannedIn(plan: Plan | undefined): Planned | undefined {
  if (plan === undefined) return undefined;
  if (plan.status !== 'failed') return { workflow: plan.workflow, values: plan.inputs.values };
  const workflow = plan.best === undefined ? undefined : checkSchema(plan.best.ir).workflow;
  return workflow === undefined ? undefined : { workflow, values: {} };
}
