// Reads YAML as JSON values. As in YAML 1.1, which earlier versions read, `yes` is true and `off` is false.
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type ScalarTag } from 'yaml';
import type { Chunk } from './read-outline.ts';
import type { TextProblem } from './import-note.ts';

export interface YamlMember {
  readonly key: string;
  readonly value: unknown;
  readonly line: number;
}

export interface ReadYaml {
  readonly value: unknown;
  /** The members of a mapping, with their places. */
  readonly members: readonly YamlMember[] | undefined;
  readonly problems: readonly TextProblem[];
}

export function readYaml({ text, line }: Chunk): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    customTags: (tags) => [booleanTag, ...tags],
    merge: true,
    intAsBigInt: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const lineAt = (offset: number): number => line + Math.max(1, lines.linePos(offset).line) - 1;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ message, pos }) => ({
      line: lineAt(pos[0]),
      message: describeFault(message),
    }));
    return { value: undefined, members: undefined, problems };
  }
  keepKeysAsText(document);
  try {
    const value = toJson(document.toJS({ maxAliasCount: 100 }));
    return { value, members: membersOf(document, value, lineAt), problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { value: undefined, members: undefined, problems: [{ line, message: describeFault(message) }] };
  }
}

/** The texts of the parser begin with a capital letter. */
function describeFault(message: string): string {
  return `is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

/** Keeps a key such as `on` or `404` as it is written. */
function keepKeysAsText(document: Document): void {
  visit(document, {
    Pair(_key, { key }) {
      if (isScalar(key) && typeof key.value !== 'string' && key.source !== undefined) key.value = key.source;
    },
  });
}

const booleanTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: (value) => typeof value === 'boolean',
  test: /^(?:yes|no|on|off|true|false)$/iu,
  resolve: (text) => /^(?:yes|on|true)$/iu.test(text),
};

function membersOf(
  { contents }: Document,
  value: unknown,
  lineAt: (offset: number) => number,
): readonly YamlMember[] | undefined {
  if (!isMap(contents)) return undefined;
  const values = new Map(Object.entries(value as Readonly<Record<string, unknown>>));
  return contents.items.map(({ key }) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return { key: name, value: values.get(name), line: lineAt(offset) };
  });
}

/** Integers that a number holds exactly become numbers. Throws for infinity and not-a-number. */
function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`${String(value)} has no form in JSON`);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toJson(one)]));
}
