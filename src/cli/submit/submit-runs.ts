// Runs `pflow submit`: checks every line of inputs before the first run is submitted.
import { databaseUrl } from '../../engine/database.ts';
import { Submitter } from '../../engine/submit.ts';
import { PflowError } from '../../errors.ts';
import { workingFolder } from '../../home/paths.ts';
import { readTextFile } from '../../home/text-file.ts';
import { prepareWorkflow } from '../../run/prepare-workflow.ts';
import { parseJson } from '../../values/parse-json.ts';
import { present } from '../../values/present.ts';
import { parseInputWords } from '../run/read-inputs.ts';
import { readStdin } from '../terminal/stdin.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { isObject } from '../../values/json-fields.ts';

export interface SubmitFlags {
  readonly each?: string;
  readonly idFrom?: string;
  readonly queue: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly model?: string;
  readonly approve: readonly string[];
  readonly rerunAll?: boolean;
  readonly maxCost?: string;
  readonly database?: string;
  readonly nodes: readonly string[];
}

interface InputLine {
  /** How errors name it. */
  readonly place: string;
  readonly given: Readonly<Record<string, unknown>>;
}

/** Submissions at once. */
const PARALLEL = 8;

export async function executeSubmit(
  workflow: string,
  words: readonly string[],
  flags: SubmitFlags,
  terminal: Terminal,
): Promise<number> {
  const { env } = process;
  const url = databaseUrl(flags.database, env);
  const lines = await readLines(words, flags);
  const prepared = await prepareWorkflow(workflow, { cwd: workingFolder(), env, nodes: flags.nodes });
  const { queue, tag: tags = {}, approve, rerunAll = false } = flags;
  const { idFrom, model, maxCost } = flags;
  const submitter = await Submitter.open(prepared, {
    ...{ url, queue, tags, approve, rerunAll, env },
    ...present({ idFrom, model, maxCost }),
  });
  try {
    for (const { place, given } of lines) atPlace(place, () => submitter.check(given));
    for (let at = 0; at < lines.length; at += PARALLEL) {
      const group = lines.slice(at, at + PARALLEL);
      const submitted = await Promise.all(group.map(({ given }) => submitter.submit(given)));
      for (const [index, { run, isNew, hasOtherInputs }] of submitted.entries()) {
        terminal.out(`${JSON.stringify({ run, new: isNew })}\n`);
        if (hasOtherInputs) terminal.err(repetitionNote(group[index]?.place ?? '', idFrom));
      }
    }
  } finally {
    await submitter.close();
  }
  return 0;
}

function repetitionNote(place: string, idFrom = ''): string {
  return `note   ${place}: an earlier line has the same ${idFrom} and other inputs, which count\n`;
}

async function readLines(words: readonly string[], { each }: SubmitFlags): Promise<readonly InputLine[]> {
  if (each === undefined) return [{ place: '', given: parseInputWords(words) }];
  if (words.length > 0) {
    throw new PflowError('USAGE', 'inputs are given both as words and with --each', {
      hint: 'Put the words into each line, or leave out --each.',
    });
  }
  const name = each === '-' ? 'stdin' : each;
  const text = each === '-' ? await readStdin() : readTextFile(each);
  if (text === undefined) throw new PflowError('FILE_NOT_FOUND', `there is no file ${each}`, { path: each });
  const lines = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [readLine(line, `${name}, line ${String(index + 1)}`)];
  });
  if (lines.length > 0) return lines;
  throw new PflowError('USAGE', `${name} has no line of inputs`, {
    hint: 'A line looks like {"topic": "tea"}.',
  });
}

function readLine(line: string, place: string): InputLine {
  const given = parseLine(line, place);
  if (isObject(given)) return { place, given };
  throw new PflowError('INPUT_INVALID', `${place}: it is not an object with inputs`, {
    hint: 'A line looks like {"topic": "tea"}. No run was submitted.',
  });
}

function parseLine(line: string, place: string): unknown {
  try {
    return parseJson(line, place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PflowError('INPUT_INVALID', reason, {
      hint: 'Each line is one JSON object with the inputs of one run. No run was submitted.',
      cause: error,
    });
  }
}

function atPlace(place: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof PflowError) || place === '') throw error;
    throw error.with({ message: `${place}: ${error.message}` });
  }
}
