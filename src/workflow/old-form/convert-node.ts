// Converts one node: names of params that have changed, and the params of nested workflows.
import type { Rename } from './rename-references.ts';
import { fieldsOf, type Fields } from '../../values/json-fields.ts';
import { present } from '../../values/present.ts';

export interface ConvertedNode {
  readonly node: unknown;
  /** What the outputs of the node are called now. */
  readonly renames: readonly Rename[];
}

const WITH_TIMEOUT = new Set(['shell', 'http', 'llm', 'code']);

export function convertNode(value: unknown): ConvertedNode {
  const node = fieldsOf(value);
  const params = fieldsOf(node?.['params']) ?? {};
  if (node === undefined) return { node: value, renames: [] };
  const { id, type } = node;
  const name = typeof id === 'string' ? id : '';
  const withRetry = moveBatchRetry(node);
  if (type === 'workflow') return convertNested(withRetry, name, params);
  const changed = node['params'] === undefined ? {} : { params: convertParams(String(type), params) };
  return { node: { ...withRetry, ...changed }, renames: [] };
}

/** `strip_newline` is what happens anyway, unless it is false. */
function convertParams(type: string, params: Fields): Fields {
  const { timeout, strip_newline: strip, content_is_binary: isBinary, ...rest } = params;
  const renamed = WITH_TIMEOUT.has(type) && rest['timeout_s'] === undefined ? 'timeout_s' : 'timeout';
  const isDropped = type === 'shell' && strip === true;
  const isBase64 = type === 'write-file' && isBinary === true && rest['encoding'] === undefined;
  return {
    ...rest,
    ...present({ [renamed]: timeout }),
    ...(strip === undefined || isDropped ? {} : { strip_newline: strip }),
    ...(isBase64 ? { encoding: 'base64' } : isBinary === undefined ? {} : { content_is_binary: isBinary }),
  };
}

function convertNested(node: Fields, id: string, params: Fields): ConvertedNode {
  const {
    workflow_ref: path,
    workflow_name: saved,
    workflow_ir: ir,
    param_mapping: inputs,
    output_mapping: mapping,
    storage_mode: mode,
    max_depth: _depth,
    error_action: action,
    ...rest
  } = params;
  const workflow = path ?? saved;
  const outputs = Object.entries(fieldsOf(mapping) ?? {});
  return {
    node: {
      ...node,
      params: {
        ...present({ workflow }),
        ...present({ ir }),
        ...present({ inputs }),
        ...(mode === undefined || mode === 'mapped' ? {} : { storage_mode: mode }),
        ...(action === undefined || action === 'error' ? {} : { error_action: action }),
        ...rest,
      },
    },
    renames: outputs.flatMap(([child, parent]) => {
      if (typeof parent !== 'string') return [];
      const to = `${id}.${child}`;
      return [...(parent === child ? [] : [{ from: `${id}.${parent}`, to }]), { from: parent, to }];
    }),
  };
}

/** A batch has no attempts of its own: those of its node hold for each item. */
function moveBatchRetry(node: Fields): Fields {
  const batch = fieldsOf(node['batch']);
  if (batch === undefined || node['retry'] !== undefined) return node;
  const { max_retries: max, retry_wait: wait, ...rest } = batch;
  if (max === undefined && wait === undefined) return node;
  const retry = { max: max ?? 1, ...present({ wait_s: wait }) };
  return { ...node, batch: rest, ...(max === undefined || max === 1 ? {} : { retry }) };
}
