// Reads the keys of an entity: its list items and its fenced blocks. Each key has one value, whatever it comes from.
import { formatPlace } from './format-place.ts';
import type { ImportNote, TextProblem } from './import-note.ts';
import type { Block, Entity } from './read-outline.ts';
import { readYaml } from './read-yaml.ts';
import { present } from '../values/present.ts';

export interface KeyValue {
  readonly value: unknown;
  readonly line: number;
  /** The first word of a block with two: `python` of `python code`. */
  readonly language?: string;
}

export interface ReadEntity {
  readonly id: string;
  readonly line: number;
  readonly prose: string;
  readonly keys: ReadonlyMap<string, KeyValue>;
}

/** Adds what is wrong to `problems`. */
export function readEntity(entity: Entity, problems: TextProblem[]): ReadEntity {
  const keys = new Map<string, KeyValue>();
  const add = (key: string, value: KeyValue): void => {
    const before = keys.get(key);
    if (before === undefined) keys.set(key, value);
    else {
      const message = `"${key}" of ${entity.id} is given twice, first in ${formatPlace(before.line)}`;
      problems.push({ line: value.line, message });
    }
  };
  for (const item of entity.items) {
    const { members, problems: faults } = readYaml(item);
    problems.push(...faults);
    for (const { key, value, line } of members ?? []) add(key, { value, line });
    if (members === undefined && faults.length === 0) {
      problems.push({
        line: item.line,
        message: `an item of ${entity.id} is not of the form "- key: value"`,
      });
    }
  }
  for (const block of entity.blocks) readBlock(block, add, problems);
  if (entity.prose === '') {
    problems.push({ line: entity.line, message: `${entity.id} has no paragraph that describes it` });
  }
  return { id: entity.id, line: entity.line, prose: entity.prose, keys };
}

function readBlock(
  { info, text, line }: Block,
  add: (key: string, value: KeyValue) => void,
  problems: TextProblem[],
): void {
  const words = info.split(/\s+/u);
  const key = words.at(-1) ?? '';
  const [language] = words.length > 1 ? words : [];
  if (words.length > 2) {
    const message = `${JSON.stringify(info)} is not "<language> <param>", such as ${JSON.stringify('shell command')}`;
    problems.push({ line: line - 1, message });
    return;
  }
  if (language !== 'yaml' && language !== 'yml') {
    add(key, { value: text, line: line - 1, ...present({ language }) });
    return;
  }
  const { value, problems: faults } = readYaml({ text, line });
  problems.push(...faults);
  if (faults.length === 0) add(key, { value, line: line - 1, language });
}

export type Notes = ImportNote[];
