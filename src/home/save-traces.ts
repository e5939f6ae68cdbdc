// Saves what was traced, however the run has ended.
import { PflowError } from '../errors.ts';
import type { Observation } from '../cli/run/run-observation.ts';

export interface SavedTraces {
  readonly traceFile?: string;
  readonly plannerTraceFile?: string;
  /** What could not be saved. */
  readonly trouble: readonly PflowError[];
}

/** `startedAt` is milliseconds since 1970. */
export async function saveTraces(
  observation: Observation | undefined,
  startedAt: number,
): Promise<SavedTraces> {
  const { trace, plannerTrace } = observation ?? {};
  if (trace === undefined && plannerTrace === undefined) return { trouble: [] };
  const { saveTrace } = await import('./trace-file.ts');
  const { homeFolder } = await import('./paths.ts');
  const home = homeFolder(process.env);
  const trouble: PflowError[] = [];
  const save = (stem: string, document: () => unknown): string | undefined => {
    try {
      return saveTrace(home, stem, startedAt, document());
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      trouble.push(error);
      return undefined;
    }
  };
  const traceFile = trace && save('pflow-trace-workflow', () => trace.result());
  const plannerTraceFile = plannerTrace && save('pflow-trace', () => plannerTrace.result());
  return {
    ...(traceFile === undefined ? {} : { traceFile }),
    ...(plannerTraceFile === undefined ? {} : { plannerTraceFile }),
    trouble,
  };
}
