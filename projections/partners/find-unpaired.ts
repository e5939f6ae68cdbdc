// Judges what a run has left unpaired: a finding where no run may leave it, else something that was cut off.
import { intersectSpans, unionSpans, numbersIn, subtractSpans } from '../tally/number-set.ts';
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
    ...(calls === null ? [] : wrongCalls(calls)),
  ];
  const unended = [
    ...[...run.open].flatMap(([label, seqs]) =>
      seqs.map((seq): Finding => ({ seq, code: 'start-without-end', why: `${label} has no end` })),
    ),
    ...(calls === null ? [] : openCalls(calls)),
  ];
  const unanswered = calls === null ? [] : unansweredCalls(calls);
  // Once a node has failed or the run was stopped, something may have been left behind on purpose.
  const allEnded = run.ended === 'success' && run.failures === 0;
  // An answer is told in the same breath as its bill: only the end of the log comes between.
  const findAnswers = run.ended !== null;
  return {
    findings: [...findings, ...(allEnded ? unended : []), ...(findAnswers ? unanswered : [])],
    open: [...(allEnded ? [] : unended), ...(findAnswers ? [] : unanswered)],
  };
}

function wrongCalls({ prompted, completed, failed, answered }: CallNumbers): Finding[] {
  const twice = new Set([
    ...[prompted, completed, failed, answered].flatMap(({ repeats: again }) => again),
    ...numbersIn(intersectSpans(completed.spans, failed.spans)),
  ]);
  const lone = unionSpans(
    subtractSpans(answered.spans, completed.spans),
    subtractSpans(answered.spans, prompted.spans),
  );
  return [
    ...[...twice]
      .sort((a, b) => a - b)
      .map((call) => finding('call-twice', `call ${String(call)} is told more than once`)),
    ...each(lone, 'answer-without-call', (call) => `the answer of call ${call} has no question or no bill`),
  ];
}

function openCalls({ prompted, completed, failed }: CallNumbers): Finding[] {
  const ended = unionSpans(completed.spans, failed.spans);
  const told = unionSpans(ended, prompted.spans);
  const last = told.at(-1);
  const missing = last === undefined ? [] : subtractSpans([1, last], told);
  return [
    ...each(subtractSpans(prompted.spans, ended), 'call-without-end', (call) => `call ${call} has no end`),
    ...each(missing, 'call-missing', (call) => `there is no call ${call}, and later ones are there`),
  ];
}

/** A bill without a question is of a node that asks by itself; it tells no answer either. */
function unansweredCalls({ prompted, completed, answered }: CallNumbers): Finding[] {
  const asked = intersectSpans(prompted.spans, completed.spans);
  return each(
    subtractSpans(asked, answered.spans),
    'call-without-answer',
    (call) => `call ${call} has no answer`,
  );
}

/** One for each stretch of numbers, however long. */
function each(spans: readonly number[], code: Unpaired['code'], why: (calls: string) => string): Finding[] {
  const found: Finding[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    const [low = 0, high = 0] = [spans[at], spans[at + 1]];
    found.push(finding(code, why(low === high ? String(low) : `${String(low)} to ${String(high)}`)));
  }
  return found;
}

function finding(code: Unpaired['code'], why: string): Finding {
  return { code, why };
}
