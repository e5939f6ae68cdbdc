// Explains a failure to people: the error, its attempts, the params, what they were read from, and what the node wrote.
import type { Failure } from '../../../projections/failure/schema.ts';
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { escapeControls, toVisibleLine } from '../../values/escape-text.ts';
import { formatDuration } from '../../values/format-quantities.ts';
import { formatJson } from '../terminal/json-text.ts';
import { cutToWidth, textWidth } from '../terminal/text-width.ts';
import { ownMember } from '../../values/json-fields.ts';

export interface FailureView {
  readonly columns: number;
  /** Cuts nothing. */
  readonly isFull: boolean;
  /** The run goes on. */
  readonly isLive?: boolean;
}

const TAIL_LINES = 10;
const INDENT = '  ';

export function failureText(failure: Failure, view: FailureView): string[] {
  const { error, attempts, warnings } = failure;
  return [
    ...headLines(failure, view),
    ...(error === null ? [] : errorLines(error.message, view)),
    ...attemptLines(attempts, error?.message, view),
    ...paramLines(failure, view),
    ...readLines(failure, view),
    ...outputLines(failure, view),
    ...predecessorLines(failure, view),
    ...warnings.map(({ message }) => `${colour.yellow('warning')} ${fit(message, view, 8)}`),
  ];
}

function headLines(
  { node, node_type, visit, item, attempts, error, status }: Failure,
  { isLive = false }: FailureView,
): string[] {
  if (node === null) return error === null ? [] : ['', colour.bold(error.code ?? 'the run failed')];
  const place = [node_type ?? '', ...placeTexts(visit, item, attempts.length), error?.code ?? ''].filter(
    (text) => text !== '',
  );
  const running = status === 'interrupted' ? 'was interrupted' : isLive ? 'is running' : 'was running';
  const what = error === null ? running : endText(error);
  return ['', `${colour.bold(toVisibleLine(node))} ${what}  ${colour.dim(toVisibleLine(place.join(' · ')))}`];
}

function endText({ code = '' }: NonNullable<Failure['error']>): string {
  return ENDS[code] ?? 'failed';
}

/** Errors of nodes that did not fail by themselves. */
const ENDS: Readonly<Record<string, string>> = {
  APPROVAL_REQUIRED: 'waits',
  APPROVAL_DENIED: 'was denied',
  INTERRUPTED: 'was interrupted',
};

function placeTexts(visit: number | null, item: number | null, repeated: number): string[] {
  return [
    visit !== null && visit > 1 ? `visit ${String(visit)}` : '',
    item === null ? '' : `item ${String(item)}`,
    repeated === 0 ? '' : `after ${String(repeated + 1)} attempts`,
  ];
}

/** The whole message: a reason that is cut is no reason. */
function errorLines(message: string, { isFull }: FailureView): string[] {
  const lines = escapeControls(message).split('\n');
  const shown = isFull ? lines : lines.slice(0, 20);
  const more = lines.length - shown.length;
  return [
    ...shown.map((line) => INDENT + colour.red(line.slice(0, isFull ? undefined : 2_000))),
    ...(more > 0 ? [colour.dim(`${INDENT}${formatCount(more, 'more line')}, with --full`)] : []),
  ];
}

function attemptLines(attempts: Failure['attempts'], last: string | undefined, view: FailureView): string[] {
  if (attempts.length === 0) return [];
  return [
    heading('attempts before'),
    ...attempts.map(({ error, wait_ms }, index) => {
      const wait = wait_ms === 0 ? '' : colour.dim(`, then waited ${formatDuration(wait_ms)}`);
      const { message } = error;
      const isSame = last === message || last === `after ${String(attempts.length + 1)} attempts: ${message}`;
      return `${INDENT}${String(index + 1)}  ${isSame ? 'the same' : fit(message, view, 28)}${wait}`;
    }),
  ];
}

function paramLines({ params }: Failure, view: FailureView): string[] {
  const entries = Object.entries(params);
  if (entries.length === 0) return [];
  const width = Math.min(20, Math.max(...entries.map(([name]) => textWidth(name))));
  return [
    // Those of a batch, of a torn log and of a template without a value are as in the file.
    heading(JSON.stringify(params).includes('${') ? 'params' : 'params, resolved'),
    ...entries.map(([name, value]) => namedLine(toVisibleLine(name), value, { width, view })),
  ];
}

function readLines({ reads }: Failure, view: FailureView): string[] {
  if (reads.length === 0) return [];
  const width = Math.min(30, Math.max(...reads.map(({ reference }) => textWidth(reference))));
  return [
    heading('what it read'),
    ...reads.map((read) => {
      // Of an item, and inside of a nested workflow, only whole values are in the log.
      const missing = read.from === 'node' || read.origin !== undefined ? 'no value' : 'not recorded';
      const narrow = { ...view, columns: view.columns - 28 };
      const line = namedLine(toVisibleLine(read.reference), read.value, { width, view: narrow, missing });
      return `${line}  ${colour.dim(sourceText(read))}`;
    }),
  ];
}

function sourceText({ from, node = '', visit, seq, origin }: Failure['reads'][number]): string {
  if (from === 'input' && node !== '') return `input of ${toVisibleLine(node)}`;
  if (from === 'input') return `input${origin === undefined ? '' : `, ${ORIGINS[origin] ?? origin}`}`;
  if (from === 'item') return 'item of the batch';
  const again = visit === undefined ? '' : `, visit ${String(visit)}`;
  return `from ${toVisibleLine(node)}${again}${seq === undefined ? '' : `, seq ${String(seq)}`}`;
}

const ORIGINS: Readonly<Record<string, string>> = {
  given: 'given',
  stdin: 'from stdin',
  environment: 'from the environment',
  settings: 'from the settings',
  default: 'default',
  none: 'without a value',
};

/** stderr and stdout of a command, or the body of a response. A command that its params show is not repeated. */
function outputLines({ outputs, params }: Failure, view: FailureView): string[] {
  return STREAMS.flatMap((name) => {
    const value = ownMember(outputs, name);
    return value === ownMember(params, name) ? [] : tailLines(name, value, view);
  });
}

const STREAMS = ['command', 'exit_code', 'stderr', 'stdout', 'status_code', 'response', 'body'];

function predecessorLines({ predecessors }: Failure, view: FailureView): string[] {
  return predecessors.flatMap(({ node, outputs }) =>
    tailLines(`stderr of ${toVisibleLine(node)}`, ownMember(outputs, 'stderr'), view),
  );
}

function tailLines(name: string, value: unknown, { columns, isFull }: FailureView): string[] {
  if (value === undefined || value === null || value === '') return [];
  const text = typeof value === 'string' ? value : formatJson(value, isFull ? 2 : undefined);
  const end = isFull ? text : text.slice(-4_000);
  const lines = escapeControls(end.trimEnd()).split('\n');
  const shown = isFull ? lines : lines.slice(-TAIL_LINES);
  const isCut = shown.length < lines.length || end.length < text.length;
  return [
    heading(isCut ? `${name}, its end` : name),
    ...shown.map((line) => INDENT + (isFull ? line : cutToWidth(line, columns - INDENT.length))),
  ];
}

interface NamedLine {
  /** Of the column of names. */
  readonly width: number;
  readonly view: FailureView;
  /** Shown in place of an absent value. */
  readonly missing?: string;
}

function namedLine(name: string, value: unknown, { width, view, missing = 'no value' }: NamedLine): string {
  const padded = cutToWidth(name, width) + ' '.repeat(Math.max(0, width - textWidth(name)));
  if (value === undefined) return `${INDENT}${padded}  ${colour.dim(missing)}`;
  const text = typeof value === 'string' ? value : formatJson(value);
  return `${INDENT}${padded}  ${fit(text, view, width + 4)}`;
}

/** One line that fits the screen, or with `--full` the whole text. */
function fit(text: string, { columns, isFull }: FailureView, taken: number): string {
  if (isFull) return escapeControls(text);
  return cutToWidth(toVisibleLine(text.slice(0, 2_000)), Math.max(20, columns - taken));
}

function heading(text: string): string {
  return colour.dim(text);
}
