// Lists the template paths into a value, with the values that they lead to.
import { kindOf } from '../../values/json-kind.ts';
import { printReference } from '../../workflow/templates/print-template.ts';

export interface TemplatePath {
  /** As in a workflow file: `${http.response.items[0]}`. */
  readonly path: string;
  readonly kind: string;
  /** Texts are cut at 200 characters; a longer list or a deeper value is described. */
  readonly value: unknown;
  /** The length of a text that is cut. */
  readonly length?: number;
}

const LONGEST_TEXT = 200;
/** Items of a list that are shown. */
const MOST_ITEMS = 3;
const MOST_PATHS = 200;

export function listPaths(name: string, value: unknown): readonly TemplatePath[] {
  const paths: TemplatePath[] = [];
  collect(name, { keys: [], value }, paths);
  return paths.slice(0, MOST_PATHS);
}

interface Place {
  readonly keys: readonly (string | number)[];
  readonly value: unknown;
}

function collect(name: string, { keys, value }: Place, paths: TemplatePath[]): void {
  const path = `\${${printReference(name, keys)}}`;
  const members = membersOf(value);
  if (members === undefined || members.length === 0) {
    paths.push({ path, kind: kindOf(value), ...shorten(value) });
    return;
  }
  if (Array.isArray(value)) {
    paths.push({ path, kind: 'array', value: `${String(value.length)} items` });
  }
  const shown = Array.isArray(value) ? members.slice(0, MOST_ITEMS) : members;
  for (const [key, member] of shown) collect(name, { keys: [...keys, key], value: member }, paths);
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item] as const);
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}

function shorten(value: unknown): Pick<TemplatePath, 'value' | 'length'> {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return { value };
  return { value: `${value.slice(0, LONGEST_TEXT)}…`, length: value.length };
}
