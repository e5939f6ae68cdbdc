// Puts the test files in the order in which they start.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest. Vitest starts large files first, and most of these are small. */
const LONGEST = [
  'simulation/simulation.property',
  'engine/lost-connections.fault',
  'engine/fleet.fault',
  'docs/tutorial-fleet.e2e',
  'cli/plan/bad-planner.e2e',
  'cli/resume/killed-runs.fault',
  'docs/tutorial.e2e',
  'package/packed.e2e',
  'engine/dev-database.e2e',
  'linear-patterns.unit',
  'log/read/flipped-bits.fault',
  'projections/laws.property',
  'bench/planner-recorded.e2e',
  'engine/synced-logs.e2e',
  'engine/executor-lock.e2e',
  'engine/submitted-runs.e2e',
  'cli/large-logs.e2e',
  'cli/run/signals.e2e',
  'language/language.unit',
  'docs/library.unit',
  'log/scanner/compile-scanner.unit',
].map((name) => `/test/${name}.test.ts`);

/** Starts the longest files first: none of them is left alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
