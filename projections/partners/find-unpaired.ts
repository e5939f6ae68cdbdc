// Finds the events of a run that lack a counterpart. Findings are errors of the writer; open events were cut off.
import { intersectRanges, unionRanges, numbersIn, subtractRanges } from '../tally/number-set.ts';
import type { Unpaired } from './schema.ts';
import type { CallNumbers, RunPartners } from './run-partners.ts';

type Finding = Omit<Unpaired, 'run'>;

export interface UnpairedOfRun {
  readonly findings: readonly Finding[];
  readonly open: readonly Finding[];
}

export function findUnpaired(run: RunPartners): UnpairedOfRun {
  const { calls } = run;
  const findings = [
    ...run.back.map((back): Finding => ({ ...back, code: 'time-back' })),
    ...[...run.lone].flatMap(([label, ends]) =>
      ends.map(({ type, seq }): Finding => ({
        seq,
        code: 'end-without-start',
        why: `${type} of ${label} has no start`,
      })),
    ),
    ...(calls === null ? [] : invalidCalls(calls)),
  ];
  const unended = [
    ...[...run.open].flatMap(([label, seqs]) =>
      seqs.map((seq): Finding => ({ seq, code: 'start-without-end', why: `${label} has no end` })),
    ),
    ...(calls === null ? [] : openCalls(calls)),
  ];
  const unanswered = calls === null ? [] : unansweredCalls(calls);
  // After a failed node or an interruption, events without an end are expected.
  const mustAllEnd = run.ended === 'success' && run.failures === 0;
  // An answer is appended together with its bill: only the end of the log can separate them.
  const mustBeAnswered = run.ended !== null;
  return {
    findings: [...findings, ...(mustAllEnd ? unended : []), ...(mustBeAnswered ? unanswered : [])],
    open: [...(mustAllEnd ? [] : unended), ...(mustBeAnswered ? [] : unanswered)],
  };
}

function invalidCalls({ prompted, sent, completed, failed, answered }: CallNumbers): Finding[] {
  const repeated = new Set([
    ...[prompted, sent, completed, failed, answered].flatMap(({ repeats }) => repeats),
    ...numbersIn(intersectRanges(completed.ranges, failed.ranges)),
  ]);
  const lone = unionRanges(
    subtractRanges(answered.ranges, completed.ranges),
    subtractRanges(answered.ranges, prompted.ranges),
  );
  return [
    ...[...repeated]
      .sort((a, b) => a - b)
      .map((call) => finding('call-twice', `call ${String(call)} is recorded more than once`)),
    ...findingsOf(
      lone,
      'answer-without-call',
      (call) => `the answer of call ${call} has no request or no bill`,
    ),
  ];
}

function openCalls({ prompted, sent, completed, failed }: CallNumbers): Finding[] {
  const ended = unionRanges(completed.ranges, failed.ranges);
  const begun = unionRanges(prompted.ranges, sent.ranges);
  const recorded = unionRanges(ended, begun);
  const last = recorded.at(-1);
  const missing = last === undefined ? [] : subtractRanges([1, last], recorded);
  return [
    ...findingsOf(subtractRanges(begun, ended), 'call-without-end', (call) => `call ${call} has no end`),
    ...findingsOf(missing, 'call-missing', (call) => `call ${call} is missing, and later calls are present`),
  ];
}

/** A bill without a request belongs to a node that calls a model itself. It has no answer either. */
function unansweredCalls({ prompted, completed, answered }: CallNumbers): Finding[] {
  const requested = intersectRanges(prompted.ranges, completed.ranges);
  return findingsOf(
    subtractRanges(requested, answered.ranges),
    'call-without-answer',
    (call) => `call ${call} has no answer`,
  );
}

/** Creates one finding for each range of numbers. */
function findingsOf(
  ranges: readonly number[],
  code: Unpaired['code'],
  why: (calls: string) => string,
): Finding[] {
  const findings: Finding[] = [];
  for (let at = 0; at < ranges.length; at += 2) {
    const [low = 0, high = 0] = [ranges[at], ranges[at + 1]];
    findings.push(finding(code, why(low === high ? String(low) : `${String(low)} to ${String(high)}`)));
  }
  return findings;
}

function finding(code: Unpaired['code'], why: string): Finding {
  return { code, why };
}
