// Warns of text that is piped into a run and that no input takes.
import type { RunRequest, RunWarning } from '../../run/run-request.ts';
import { takesText } from '../../workflow/prepare-inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { watchStdin } from '../terminal/stdin.ts';

/**
 * Returns undefined where every input was given by name: such a run may be one of many in a shell loop that reads its
 * stdin, and would take a line from it.
 */
export function watchUnusedStdin(
  { inputs = {} }: Workflow,
  given: Readonly<Record<string, string>>,
): RunRequest['finalWarnings'] {
  const specs = Object.entries(inputs);
  const free = specs.filter(([name]) => !Object.hasOwn(given, name));
  if (specs.length > 0 && free.length === 0) return undefined;
  const hasData = watchStdin();
  const candidate = free.find(([, spec]) => takesText(spec))?.[0];
  const taker = specs.find(([, spec]) => spec.stdin === true)?.[0];
  return async () => ((await hasData()) ? [unusedStdinWarning(candidate, taker)] : []);
}

/** `taker` was given by name. */
function unusedStdinWarning(candidate: string | undefined, taker: string | undefined): RunWarning {
  const start = 'something is piped in and is not used';
  const message =
    taker !== undefined
      ? `${start}: input "${taker}" takes stdin and was given by name`
      : candidate === undefined
        ? `${start}: the workflow has no input that could take it`
        : `${start}: no input takes stdin; "${candidate}" could, with "stdin": true in the workflow file`;
  return { code: 'STDIN_UNUSED', message };
}
