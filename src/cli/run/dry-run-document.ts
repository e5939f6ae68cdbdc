// Writes the documents of --dry-run. Those of a run and of a resumed run have one frame.
import type { Redactor } from '../../log/secrets/redaction.ts';
import { withoutSecrets } from '../../run/hidden-inputs.ts';
import { hashOf } from '../../run/run-events.ts';
import { showInputs } from '../../run/shown-values.ts';
import { present } from '../../values/present.ts';
import type { InputOrigin, PreparedInputs } from '../../workflow/prepare-inputs.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RunOptions } from './run-options.ts';

export interface PlannedInput {
  readonly name: string;
  readonly origin: InputOrigin;
  /** A placeholder for a secret. */
  readonly value: unknown;
}

interface Subject {
  readonly workflow: Workflow;
  readonly ir: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly path?: string | undefined;
  readonly inputs: PreparedInputs;
}

export interface DryRunFrame {
  readonly format: 1;
  readonly type: 'dry_run';
  readonly workflow: { readonly name: string; readonly hash: string; readonly path?: string };
  readonly inputs: readonly PlannedInput[];
}

export function dryRunFrame({ workflow, ir, name, path, inputs }: Subject, redactor: Redactor): DryRunFrame {
  const shown = showInputs(workflow, withoutSecrets(inputs), redactor);
  return {
    format: 1,
    type: 'dry_run',
    workflow: { name, hash: hashOf(ir), ...present({ path }) },
    inputs: Object.keys(inputs.values).map((input) => ({
      name: input,
      origin: inputs.origins[input] ?? 'none',
      value: shown[input],
    })),
  };
}

/** Prints a document, in one line where stdout has lines; or its text. */
export function printDryRunDocument<Document extends DryRunFrame>(
  document: Document,
  text: (document: Document) => string,
  { outputFormat }: Pick<RunOptions, 'outputFormat'>,
  terminal: Terminal,
): void {
  if (outputFormat === 'text') terminal.out(text(document));
  else terminal.out(`${formatJson(document, outputFormat === 'json' ? 2 : undefined)}\n`);
}
