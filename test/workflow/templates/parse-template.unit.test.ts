import { describe, expect, it } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import type { Literal, Reference } from '../../../src/workflow/templates/ast.ts';
import { parseTemplate, safeParseTemplate } from '../../../src/workflow/templates/parse-template.ts';

const ref = (name: string, ...path: (string | number)[]): Reference => ({ kind: 'reference', name, path });
const literal = (value: Literal['value']): Literal => ({ kind: 'literal', value });
const of = (...operands: (Reference | Literal)[]): object => ({ kind: 'expression', operands });
const text = (plain: string): unknown => ({ kind: 'text', text: plain });

describe('the grammar accepts', () => {
  const table: [string, unknown[]][] = [
    ['', []],
    ['plain $ {x} $x', [text('plain $ {x} $x')]],
    ['${name}', [of(ref('name'))]],
    ['${ name }', [of(ref('name'))]],
    ['${a-b_c.d-e}', [of(ref('a-b_c', 'd-e'))]],
    ['${2.x}', [of(ref('2', 'x'))]],
    ['${é.ß}', [of(ref('é', 'ß'))]],
    ['${node.key.sub[0][1].x}', [of(ref('node', 'key', 'sub', 0, 1, 'x'))]],
    ['${a["a key"]}', [of(ref('a', 'a key'))]],
    ['${a["}"]["\\"\\u00e9"]}', [of(ref('a', '}', '"é'))]],
    ['${a.0}', [of(ref('a', '0'))]],
    ['${a ?? "default"}', [of(ref('a'), literal('default'))]],
    ['${a??"}"}', [of(ref('a'), literal('}'))]],
    ['${a ?? -1.5e3}', [of(ref('a'), literal(-1500))]],
    ['${a ?? -0}', [of(ref('a'), literal(0))]],
    ['${a ?? true}', [of(ref('a'), literal(true))]],
    ['${a ?? null}', [of(ref('a'), literal(null))]],
    ['${a ?? b.c ?? 0}', [of(ref('a'), ref('b', 'c'), literal(0))]],
    ['${a.b|raw}', [{ ...of(ref('a', 'b')), filters: ['raw'] }]],
    ['${ a ?? 1 | raw | raw }', [{ ...of(ref('a'), literal(1)), filters: ['raw', 'raw'] }]],
    ['${a ?? trueish}', [of(ref('a'), ref('trueish'))]],
    ['${a ?? 42.x}', [of(ref('a'), ref('42', 'x'))]],
    ['${true}', [of(ref('true'))]],
    ['${"$"}${a}', [of(literal('$')), of(ref('a'))]],
    ['x ${a}-${b} y', [text('x '), of(ref('a')), text('-'), of(ref('b')), text(' y')]],
    ['$${x}', [text('${x}')]],
    ['$$${x}', [text('$${x}')]],
    ['$${${a}', [text('${'), of(ref('a'))]],
    ['${a}$${b}', [of(ref('a')), text('${b}')]],
  ];
  it.each(table)('%s', (source, template) => {
    expect(safeParseTemplate(source)).toEqual({ ok: true, template });
  });
});

describe('the grammar refuses, with the position', () => {
  const table: [string, string, number][] = [
    ['x ${', '"${" is not closed by "}"', 2],
    ['x ${a', '"${" is not closed by "}"', 2],
    ['${a[0', '"${" is not closed by "}"', 0],
    ['${ }', 'there is no name between "${" and "}"', 3],
    ['${}', 'there is no name between "${" and "}"', 2],
    ['${a.}', 'a name is missing after "."', 4],
    ['${.a}', '"." is not allowed here', 2],
    ['${a.b c}', '"c" is not allowed here', 6],
    ['${a | rew}', 'there is no filter "rew"; available: raw, json', 6],
    ['x${a |}', 'the name of a filter is missing after "|"', 1],
    ['${a || b}', 'the name of a filter is missing after "|"', 0],
    ['${a | raw ?? b}', '"?" is not allowed here', 10],
    ['${a | raw', '"${" is not closed by "}"', 0],
    ['${HOME:-x}', '":" is not allowed here', 6],
    ['${a ?? }', 'nothing follows "??"', 7],
    ['${a ?? "x}', 'a quote is not closed', 7],
    ['${a["\\x"]}', 'a quoted text is not a JSON string', 4],
    ['${a[x]}', '"[" takes a number, a quoted key or a template, such as [0], ["a key"] or [${name}]', 4],
    ['${a[-1]}', '"[" takes a number, a quoted key or a template, such as [0], ["a key"] or [${name}]', 4],
    ['${a[01]}', '"[" takes a number, a quoted key or a template, such as [0], ["a key"] or [${name}]', 4],
    ['${a[${i | raw}]}', 'a template inside "[" takes one name, such as [${name}]', 4],
    ['${a[${i ?? 0}]}', 'a template inside "[" takes one name, such as [${name}]', 4],
    ['${a[${i]}', '"]" is not allowed here', 7],
    ['${a ?? 1e400}', 'the number is too large', 7],
    ['${😀}', '"😀" is not allowed here', 2],
  ];
  it.each(table)('%s', (source, message, position) => {
    expect(safeParseTemplate(source)).toEqual({ ok: false, message, position });
  });
});

it('parseTemplate throws the position of a malformed template', () => {
  let thrown: unknown;
  try {
    parseTemplate('${a.}');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PflowError);
  const { code, message, details, hint } = thrown as PflowError;
  expect({ code, message, details, hint }).toEqual({
    code: 'WORKFLOW_INVALID',
    message: 'malformed template: a name is missing after "."',
    details: ['at character 5'],
    hint: 'For a literal "${" write "$${".',
  });
});
