// Parses JSON files that people write.
import { PflowError } from '../errors.ts';
import { findDuplicateKeys, type DuplicateKey } from './duplicate-keys.ts';
import { JsonNumberError, parseExactJson } from './exact-json.ts';
import { findJsonFault } from './json-fault.ts';
import { LINE_END, placeOf } from './text-place.ts';

const EXCERPT_WIDTH = 80;

/**
 * Throws WORKFLOW_INVALID with the place of the fault. That is where the text stops being JSON, where a number is too
 * large, or where a key occurs twice in an object. `file` names the text in the error.
 */
export function parseJson(text: string, file = 'the workflow'): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value = readValue(json, file);
  const duplicates = findDuplicateKeys(json);
  if (duplicates.length > 0) throw duplicateKeysError(json, file, duplicates);
  return value;
}

function readValue(json: string, file: string): unknown {
  try {
    return parseExactJson(json);
  } catch (cause) {
    throw jsonSyntaxError(json, file, cause);
  }
}

function jsonSyntaxError(json: string, file: string, cause: unknown): PflowError {
  if (cause instanceof JsonNumberError) {
    return errorAt(json, file, { position: cause.position, message: `${file}: ${cause.message}`, cause });
  }
  const fault = findJsonFault(json);
  if (fault === undefined) return new PflowError('WORKFLOW_INVALID', `${file} is not JSON`, { cause });
  return errorAt(json, file, { ...fault, message: `${file} is not JSON: ${fault.message}`, cause });
}

interface PlacedFault {
  readonly position: number;
  readonly message: string;
  readonly cause: unknown;
}

function errorAt(json: string, file: string, { position, message, cause }: PlacedFault): PflowError {
  const { line, column } = placeOf(json, position);
  return new PflowError('WORKFLOW_INVALID', `${message} (line ${String(line)}, column ${String(column)})`, {
    cause,
    path: `${file}:${String(line)}:${String(column)}`,
    details: excerpt(hideSecrets(json.split(LINE_END)[line - 1] ?? ''), line, column),
  });
}

/** Lists every duplicate with both of its places. */
function duplicateKeysError(json: string, file: string, duplicates: readonly DuplicateKey[]): PflowError {
  const shown = (position: number): string => {
    const { line, column } = placeOf(json, position);
    return `${String(line)}:${String(column)}`;
  };
  const [first] = duplicates;
  const sentences = duplicates.map(({ key, path, first: before, second }) => {
    const holder = path === '' ? '' : ` of ${path}`;
    return `the key ${JSON.stringify(key)}${holder} occurs twice, at ${shown(before)} and at ${shown(second)}`;
  });
  const [only = ''] = sentences;
  const isSingle = sentences.length === 1;
  const message = isSingle ? only : `${String(sentences.length)} keys occur twice`;
  return new PflowError('WORKFLOW_INVALID', `${file}: ${message}`, {
    path: `${file}:${shown(first?.second ?? 0)}`,
    hint: 'Keep one of them: readers of JSON differ in which one they take.',
    details: isSingle ? [] : sentences,
  });
}

/** Returns the line and a caret under the column. Cuts a long line around the column. */
function excerpt(text: string, line: number, column: number): readonly string[] {
  const start = Math.max(0, column - 1 - EXCERPT_WIDTH / 2);
  const margin = `${String(line)} | `;
  // Control characters could act on the terminal, and a tab would move the caret.
  const shown = text.slice(start, start + EXCERPT_WIDTH).replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
  return [(margin + shown).trimEnd(), ' '.repeat(margin.length + column - 1 - start) + '^'];
}

const SECRET_MEMBER =
  /("[^"\\]{0,100}(?:pass|pwd|secret|token|key|auth|credential|cookie)[^"\\]{0,100}"\s{0,20}:\s{0,20}"?)((?:[^"\\]|\\.)+)/giu;
const LOOKS_GENERATED = /[\w+=-]{20,}/gu;

/** Keeps the length of the line, so that the caret stays at its place. */
function hideSecrets(line: string): string {
  return line
    .replaceAll(SECRET_MEMBER, (_, name: string, value: string) => name + '*'.repeat(value.length))
    .replaceAll(LOOKS_GENERATED, (word) =>
      /\d/u.test(word) && /[a-z]/iu.test(word) ? '*'.repeat(word.length) : word,
    );
}
