// Scripts the test provider's answers to the planner. A node is recognised by the role in its prompt.
import type { Behaviour, Rule } from './provider/script.ts';

/** The first words of the role in each node's prompt. */
const ROLES = {
  discovery: 'You decide whether a saved workflow already',
  browsing: 'You choose the\ntypes that the workflow',
  parameters: 'You find the values in the request',
  generator: 'You build workflows.',
  mapping: 'A workflow has inputs, and a request says',
  metadata: 'You name a workflow that was built',
} as const;

export type PlannerRole = keyof typeof ROLES;

/** An answer or another behaviour per role; `inTurn` gives one for each request and repeats the last. */
export type PlannerAnswers = Partial<Record<PlannerRole, unknown>>;

export function plannerRules(answers: PlannerAnswers): Rule[] {
  return (Object.keys(ROLES) as PlannerRole[]).flatMap((role) => {
    const given = answers[role];
    if (given === undefined) return [];
    const turns = isTurns(given) ? given.turns : [given];
    return turns.map((turn, index): Rule => {
      const isLast = index === turns.length - 1;
      return { system: ROLES[role], then: behaviourOf(turn), ...(isLast ? {} : { times: 1 }) };
    });
  });
}

export function inTurn(...turns: readonly unknown[]): { readonly turns: readonly unknown[] } {
  return { turns };
}

function isTurns(value: unknown): value is { readonly turns: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'turns' in value;
}

function behaviourOf(turn: unknown): Behaviour {
  const isBehaviour = typeof turn === 'object' && turn !== null && 'do' in turn;
  return isBehaviour ? (turn as Behaviour) : { do: 'answer', text: JSON.stringify(turn) };
}

/** A request for a workflow that reads a file, calls a model and writes nothing. */
export const SENTENCE = 'summarise notes.txt in three sentences';

export const GOOD_WORKFLOW = {
  inputs: {
    file: { type: 'string', description: 'the text file to summarise' },
    sentences: { type: 'integer', description: 'how long the summary is' },
  },
  nodes: [
    { id: 'read', type: 'read-file', purpose: 'Read the file.', params: { file_path: '${file}' } },
    {
      id: 'summarise',
      type: 'llm',
      purpose: 'Summarise it.',
      params: { prompt: 'Summarise in ${sentences} sentences:\n\n${read.content}' },
    },
  ],
  outputs: { summary: { source: '${summarise.response}', description: 'the summary' } },
};

export const GOOD_ANSWERS: Readonly<Record<PlannerRole, unknown>> = {
  discovery: { reasoning: 'Nothing fits.', found: false, workflow_name: null },
  browsing: { reasoning: 'Read, then ask a model.', types: ['read-file', 'llm'] },
  parameters: {
    parameters: [
      { name: 'file', value: 'notes.txt' },
      { name: 'sentences', value: 'three' },
    ],
  },
  generator: GOOD_WORKFLOW,
  mapping: {
    values: [
      { name: 'file', value: 'notes.txt' },
      { name: 'sentences', value: '3' },
    ],
  },
  metadata: {
    name: 'summarise-file',
    description: 'Reads a text file and summarises it in so many sentences.',
    keywords: ['summary', 'text'],
  },
};
