// The sentences of the benchmark, from their files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseSchema, type NamedCase } from './case-schema.ts';

export const PLANNER_BENCH = import.meta.dirname;

/** In the order of their numbers. Throws for a file that is not a case. */
export function readCases(): readonly NamedCase[] {
  const folder = join(PLANNER_BENCH, 'sentences');
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      ...caseSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
      name: file.replace('.json', ''),
    }));
}
