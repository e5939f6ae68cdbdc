// Parses JSON files that people write.
import { PflowError } from '../errors.ts';
import { findJsonFault } from './json-fault.ts';

const EXCERPT_WIDTH = 80;

/** Throws WORKFLOW_INVALID with the place where the text stops being JSON. `file` names the text in the error. */
export function parseJson(text: string, file = 'the workflow'): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw jsonSyntaxError(json, file, cause);
  }
}

function jsonSyntaxError(json: string, file: string, cause: unknown): PflowError {
  const fault = findJsonFault(json);
  if (fault === undefined) return new PflowError('WORKFLOW_INVALID', `${file} is not JSON`, { cause });
  const before = json.slice(0, fault.position).split(/\r\n|\n|\r/);
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  return new PflowError(
    'WORKFLOW_INVALID',
    `${file} is not JSON: ${fault.message} (line ${String(line)}, column ${String(column)})`,
    {
      cause,
      path: `${file}:${String(line)}:${String(column)}`,
      details: excerpt(json.split(/\r\n|\n|\r/)[line - 1] ?? '', line, column),
    },
  );
}

/** Returns the line and a caret under the column. Cuts a long line around the column. */
function excerpt(text: string, line: number, column: number): readonly string[] {
  const start = Math.max(0, column - 1 - EXCERPT_WIDTH / 2);
  const margin = `${String(line)} | `;
  // Control characters could act on the terminal, and a tab would move the caret.
  const shown = text.slice(start, start + EXCERPT_WIDTH).replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
  return [(margin + shown).trimEnd(), ' '.repeat(margin.length + column - 1 - start) + '^'];
}
