// Lists the recorded runs that start from a sentence. Each has the model's answer to each node of the planner.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FixtureRun } from './fixture-run.ts';
import { FIXTURES } from './fixtures.ts';
import { GOOD_ANSWERS, inTurn, plannerRules } from './planner-script.ts';

const MEETING = 'fixtures/inputs/meeting.txt';

/** Copies the file to the path in the sentence. That path is valid in the run's folder and at the project root. */
function copyMeeting(folder: string): void {
  mkdirSync(join(folder, 'fixtures/inputs'), { recursive: true });
  copyFileSync(join(FIXTURES, 'inputs/meeting.txt'), join(folder, MEETING));
}

const file = { name: 'file', value: MEETING };

const COUNTING = {
  inputs: {
    file: { type: 'string', description: 'the text file whose lines are counted' },
    output_file: { type: 'string', description: 'where the count is written' },
  },
  nodes: [
    {
      id: 'count',
      type: 'shell',
      purpose: 'Count the lines.',
      params: { command: 'grep -c "" "$FILE"', env: { FILE: '${file}' } },
    },
    {
      id: 'write',
      type: 'write-file',
      purpose: 'Write the count down.',
      params: { file_path: '${output_file}', content: '${count.stdout} lines\n' },
    },
  ],
  outputs: { lines: { source: '${count.stdout}', description: 'how many lines the file has' } },
};

/** Holds typical mistakes of models: a value inside a command, an unknown type, an unused input. */
const COUNTING_BADLY = {
  inputs: { ...COUNTING.inputs, encoding: { type: 'string' } },
  nodes: [
    { id: 'count', type: 'shell', purpose: 'Count the lines.', params: { command: 'wc -l ${file}' } },
    { id: 'write', type: 'save-file', purpose: 'Write it.', params: { path: '${output_file}' } },
  ],
  outputs: COUNTING.outputs,
};

export const PLANNED_RUNS: readonly FixtureRun[] = [
  {
    name: 'planned-summary',
    start: { sentence: `summarise ${MEETING} in two sentences` },
    inputs: {},
    status: 'success',
    prepare: copyMeeting,
    provider: {
      rules: [
        ...plannerRules({
          ...GOOD_ANSWERS,
          parameters: { parameters: [file, { name: 'sentences', value: 'two' }] },
          mapping: { values: [file, { name: 'sentences', value: '2' }] },
        }),
        {
          then: {
            do: 'answer',
            text: 'The nightly import now runs in the scheduler, takes 14 minutes instead of 52, and has found the two shops that were missing. Mira adds an alert by Friday, and the database upgrade waits for a fix of the vendor.',
            tokens: { input: 186, output: 49 },
          },
        },
      ],
    },
  },
  {
    name: 'planned-count',
    start: { sentence: `count the lines of ${MEETING} and write the number to count.txt` },
    inputs: { output_file: 'count.txt' },
    status: 'success',
    prepare: copyMeeting,
    provider: {
      rules: plannerRules({
        browsing: { reasoning: 'A command counts, a file takes the count.', types: ['shell', 'write-file'] },
        parameters: { parameters: [file] },
        generator: inTurn(COUNTING_BADLY, COUNTING),
        mapping: { values: [file] },
        metadata: {
          name: 'count-lines',
          description: 'Counts the lines of a text file and writes the number to another file.',
          keywords: ['count', 'lines'],
        },
      }),
    },
  },
  {
    name: 'planned-reuse',
    start: { sentence: `summarise the notes in ${MEETING}` },
    saved: ['echo.json', 'summarise-file.json'],
    inputs: {},
    status: 'success',
    prepare: copyMeeting,
    provider: {
      rules: [
        ...plannerRules({
          discovery: {
            reasoning: 'It summarises a text file, and the notes are one.',
            found: true,
            workflow_name: 'summarise-file',
          },
          mapping: { values: [file] },
        }),
        {
          then: {
            do: 'answer',
            text: 'The nightly import is faster and complete again. An alert for missing shops and the upgrade of the database are still to come.',
            tokens: { input: 182, output: 31 },
          },
        },
      ],
    },
  },
];
