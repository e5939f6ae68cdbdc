// Finds a smaller scenario that still fails: without a node, a fault or a secret, or with a plain answer.
import { createScenario, type Scenario } from './scenario.ts';

type Check = (scenario: Scenario) => Promise<readonly string[]>;

/** Applies the first simplification that still fails, until no simpler one fails. */
async function shrinkScenario(scenario: Scenario, check: Check): Promise<Scenario> {
  for (const simpler of simplerScenarios(scenario)) {
    if ((await check(simpler)).length > 0) return shrinkScenario(simpler, check);
  }
  return scenario;
}

function* simplerScenarios(scenario: Scenario): Generator<Scenario> {
  const { workflow, secrets, interruptAt: _interruptAt, diskFault: _diskFault, ...rest } = scenario;
  for (const { id } of workflow.nodes.slice(1)) yield { ...scenario, workflow: withoutNode(scenario, id) };
  if (scenario.interruptAt !== undefined || scenario.diskFault !== undefined) {
    yield { ...rest, workflow, secrets };
  }
  if (scenario.clockJump !== 0) yield { ...scenario, clockJump: 0 };
  if (Object.keys(secrets).length > 0) yield { ...scenario, secrets: {} };
  for (const [index, behaviour] of scenario.models.entries()) {
    if (behaviour.do !== 'answer' || behaviour.text !== 'hi') {
      yield { ...scenario, models: scenario.models.with(index, { do: 'answer', text: 'hi' }) };
    }
  }
}

function withoutNode({ workflow }: Scenario, id: string): Scenario['workflow'] {
  return {
    ...workflow,
    nodes: workflow.nodes.filter((node) => node.id !== id),
    edges: (workflow.edges ?? []).filter(({ from, to }) => from !== id && to !== id),
  };
}

export interface SimulationFailure {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly smallest: Scenario;
}

/** Checks the scenarios of `count` seeds from `first` on. Calls `onFailure` with each failure, shrunk. */
export async function simulate(
  { first, count }: { readonly first: number; readonly count: number },
  check: Check,
  onFailure: (failure: SimulationFailure) => void,
): Promise<number> {
  let failures = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const scenario = createScenario(seed);
    const violations = await check(scenario);
    if (violations.length === 0) continue;
    failures += 1;
    onFailure({ seed, violations, smallest: await shrinkScenario(scenario, check) });
  }
  return failures;
}
