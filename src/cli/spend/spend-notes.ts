// What must be said about the logs besides what they cost, for stderr and as marks on a JSON result.
import { findingText, type Finding } from '../../log/read/read-report.ts';
import { colour } from '../terminal/colour.ts';
import { formatCount } from '../../values/format-count.ts';
import type { LogNotes } from './folded-logs.ts';

/** Of one log; `pflow replay` names the first one too, and more would hide the other logs. */
const LINES_NAMED = 3;

/** Something is missing from the sums. */
export function isDamaged({ findings, unlisted, unread }: LogNotes): boolean {
  return findings.length + unlisted > 0 || unread.length > 0;
}

export function notesText(notes: LogNotes, repeatedRuns: number): string[] {
  return [
    ...[...notes.unread.map(({ why }) => why), ...damage(notes)].map(
      (text) => `${colour.yellow('damaged')} ${text}\n`,
    ),
    ...[
      ...notes.torn.map(
        ({ source, line, offset, bytes }) =>
          `${source}, line ${String(line)} (byte ${String(offset)}) is torn: ${String(bytes)} bytes without a newline are left out`,
      ),
      ...notes.empty.map((path) => `${path} holds no event`),
      ...unknown(notes),
      ...repeated(notes, repeatedRuns),
      ...open(notes),
    ].map((text) => `${colour.yellow('note')} ${text}\n`),
  ];
}

/** What a result says of itself when it says less than all logs; nothing otherwise. */
export function marks(notes: LogNotes): { readonly log?: Readonly<Record<string, unknown>> } {
  const { findings, unlisted, unread, partial } = notes;
  if (!isDamaged(notes) && partial.length === 0) return {};
  return {
    log: {
      ...(findings.length + unlisted === 0 ? {} : { damaged_lines: findings.length + unlisted }),
      ...(unread.length === 0 ? {} : { unread: unread.map(({ path }) => path) }),
      ...(partial.length === 0 ? {} : { partial: { unknown_types: unknownTypes(notes) } }),
    },
  };
}

function damage({ findings, unlisted }: LogNotes): string[] {
  const sources = new Map<string, Finding[]>();
  for (const finding of findings) {
    const own = sources.get(finding.source) ?? [];
    own.push(finding);
    sources.set(finding.source, own);
  }
  const listed = [...sources].flatMap(([source, own]) => {
    const rest = own.length - LINES_NAMED;
    return [
      ...own.slice(0, LINES_NAMED).map(findingText),
      ...(rest > 0 ? [`${source}: ${formatCount(rest, 'more line')}`] : []),
    ];
  });
  return unlisted === 0
    ? listed
    : [...listed, `${formatCount(unlisted, 'more line')}, in logs full of damage`];
}

function unknownTypes({ partial }: LogNotes): string[] {
  return [...new Set(partial.flatMap(({ types }) => types))].sort();
}

function unknown(notes: LogNotes): string[] {
  const [first] = notes.partial;
  if (first === undefined) return [];
  return [`partial: written by pflow ${first.writtenBy}, unknown here: ${unknownTypes(notes).join(', ')}`];
}

function repeated({ repeated: lines }: LogNotes, runs: number): string[] {
  return [
    ...(runs === 0 ? [] : [`${formatCount(runs, 'run')} found more than once, counted once`]),
    ...(lines === 0 ? [] : [`${formatCount(lines, 'line')} found more than once in one log, counted once`]),
  ];
}

/** A copy of the run may have the end that another one lacks. */
function open({ open: runs, ended }: LogNotes): string[] {
  const whole = new Set(ended);
  const still = new Set(runs.filter((run) => !whole.has(run)));
  if (still.size === 0) return [];
  return [`${formatCount(still.size, 'run is', 'runs are')} incomplete: crashed or still going`];
}
