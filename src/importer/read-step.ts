// Turns steps of a Markdown workflow into nodes and the targets of their edges.
import { replaceForeign } from './foreign-node.ts';
import type { ImportNote, TextProblem } from './import-note.ts';
import type { KeyValue, ReadEntity } from './read-entity.ts';
import { fieldsOf, type Fields } from '../values/json-fields.ts';
import { present } from '../values/present.ts';

export interface Target {
  readonly id: string;
  readonly line: number;
}

export interface MarkdownStep {
  readonly id: string;
  readonly node: Fields;
  /** Where the run goes, by action; undefined where it ends. With `error` only, it also goes to the next step. */
  readonly targets: ReadonlyMap<string, Target | undefined>;
}

export interface Report {
  readonly problems: TextProblem[];
  readonly notes: ImportNote[];
}

const END = 'end';
const BESIDE_PARAMS = ['batch', 'loop', 'approval'];
const NEXT_KEYS = new Set(['next', 'on-error', 'on_error']);
const OWN_KEYS = new Set(['type', 'retry', 'cache', ...BESIDE_PARAMS, ...NEXT_KEYS]);

export function readStep(entity: ReadEntity, report: Report): MarkdownStep {
  const { id, line, keys } = entity;
  const code = keys.get('code');
  const isPython = code !== undefined && !['javascript', 'js'].includes(code.language ?? 'python');
  const { node, note } = replaceForeign(createNode(entity, report), () => isPython);
  if (note !== undefined) report.notes.push({ line: code?.line ?? line, message: note, isLost: true });
  return { id, node, targets: readTargets(id, keys, report) };
}

function createNode({ id, line, prose, keys }: ReadEntity, report: Report): Fields {
  const type = keys.get('type');
  if (typeof type?.value !== 'string' || type.value === '') {
    report.problems.push({ line: type?.line ?? line, message: `step ${id} needs a type: - type: shell` });
  }
  noteCache(id, keys.get('cache'), report);
  const valuesOf = (isOwn: (key: string) => boolean): Fields =>
    Object.fromEntries([...keys].filter(([key]) => isOwn(key)).map(([key, { value }]) => [key, value]));
  const params = valuesOf((key) => !OWN_KEYS.has(key));
  return {
    id,
    type: type?.value ?? '',
    ...(prose === '' ? {} : { purpose: prose }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...readRetry(id, keys.get('retry'), report),
    ...valuesOf((key) => BESIDE_PARAMS.includes(key)),
  };
}

/** Notes that nothing is taken from a cache here. */
function noteCache(id: string, cache: KeyValue | undefined, { notes }: Report): void {
  if (cache === undefined || cache.value === false) return;
  const message = `"cache" of ${id} is left out: to repeat answers of models, run with --answers LOG`;
  notes.push({ line: cache.line, message, isLost: false });
}

const RETRY_FORM = 'a number of attempts, or {max: 3, wait_s: 1}';

function readRetry(id: string, retry: KeyValue | undefined, { problems }: Report): Fields {
  if (retry === undefined) return {};
  const { value, line } = retry;
  if (typeof value === 'number') return { retry: { max: value } };
  const {
    max,
    max_retries: maxRetries,
    wait_s: waitS,
    wait,
    retry_wait: retryWait,
    ...rest
  } = fieldsOf(value) ?? {};
  const attempts = max ?? maxRetries;
  const [unknown] = Object.keys(rest);
  if (attempts === undefined || unknown !== undefined) {
    const what = unknown === undefined ? '' : `, and has no key ${JSON.stringify(unknown)}`;
    problems.push({ line, message: `"retry" of ${id} is ${RETRY_FORM}${what}` });
    return {};
  }
  const seconds = waitS ?? wait ?? retryWait;
  return { retry: { max: attempts, ...present({ wait_s: seconds }) } };
}

function readTargets(
  id: string,
  keys: ReadEntity['keys'],
  { problems }: Report,
): ReadonlyMap<string, Target | undefined> {
  const targets = new Map<string, Target | undefined>();
  for (const [key, { value, line }] of keys) {
    if (!NEXT_KEYS.has(key)) continue;
    const action = key === 'next' ? 'default' : 'error';
    const cases = key === 'next' ? fieldsOf(value) : undefined;
    for (const [name, target] of Object.entries(cases ?? { [action]: value })) {
      if (typeof target === 'string') targets.set(name, target === END ? undefined : { id: target, line });
      else problems.push({ line, message: `"${key}" of ${id} is the id of a step, or ${END}` });
    }
  }
  return targets;
}
