// Warns of JSON that is written as a text around a template: a value with a quote makes it broken JSON. Shows the
// object that gives the same JSON for every value.
import { exactJsonText, parseExactJson } from '../../values/exact-json.ts';
import type { Problem } from '../problem.ts';
import type { TemplateUse } from '../template-uses.ts';
import type { Template } from '../templates/ast.ts';
import { wordsWithTemplates } from '../templates/hand-over.ts';
import type { ParsedCommand } from '../templates/parse-command.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import { escapeTemplate, printExpression } from '../templates/print-template.ts';
import type { NodeFacts, Rule, RuleSubject } from './rule.ts';

export const checkJsonInText: Rule = (subject) =>
  subject.uses.flatMap((use) => {
    if (use.command !== undefined) return warnOfCommand(use, use.command);
    if (use.node === undefined || !/^\s*[[{]/u.test(use.text)) return [];
    const parsed = safeParseTemplate(use.text);
    const object = parsed.ok ? objectForm(parsed.template) : undefined;
    return object === undefined ? [] : [createWarning(use, object, subject)];
  });

/** What may come before JSON in a word: `-d`, `--data=` and `BODY=`. */
const BEFORE_JSON = /^(?:-\w|--[\w-]+=|\w+=)?(?=\s*[[{])/u;

function warnOfCommand({ path }: TemplateUse, command: ParsedCommand): Problem[] {
  return wordsWithTemplates(command).flatMap((word) => {
    const [first, ...rest] = word;
    if (first?.kind !== 'text' || !BEFORE_JSON.test(first.text)) return [];
    const object = objectForm([{ kind: 'text', text: first.text.replace(BEFORE_JSON, '') }, ...rest]);
    if (object === undefined) return [];
    const suggestion = `write "stdin": ${shownForm(object)} and let the command read it, as curl --data-binary @- does`;
    return [{ path, message: describeBroken(object), suggestion }];
  });
}

const LONGEST_SHOWN = 400;

function createWarning(use: TemplateUse, object: ObjectForm, { workflow, registry }: RuleSubject): Problem {
  const { path, keys, node } = use;
  const name = String(keys.at(-1));
  const type = registry.get(workflow.nodes.find(({ id }) => id === node)?.type ?? '');
  const message = describeBroken(object);
  if (!takesObject(type, keys.slice(3))) {
    return { path, message, suggestion: 'make the text in a code node with JSON.stringify' };
  }
  const isLong = object.text.length > LONGEST_SHOWN;
  const suggestion = `write ${isLong ? '' : `${JSON.stringify(name)}: `}${shownForm(object)}`;
  return { path, message, suggestion };
}

function describeBroken({ first }: ObjectForm): string {
  return `${first} becomes part of a JSON text, which is broken as soon as its value has a quote or a newline`;
}

function shownForm({ text }: ObjectForm): string {
  return text.length > LONGEST_SHOWN ? 'an object' : text;
}

/** Looks at whole params only. The receiver of a text deeper in a param would not understand an object. */
function takesObject(type: NodeFacts | undefined, keys: readonly (string | number)[]): boolean {
  const [param = '', member] = keys;
  if (type === undefined || keys.length > (param === 'env' ? 2 : 1)) return false;
  const value = member === undefined ? {} : { [member]: {} };
  const { error } = type.params.safeParse({ [param]: value });
  return !(error?.issues ?? []).some(({ path }) => path[0] === param);
}

interface ObjectForm {
  /** As JSON, with its templates. */
  readonly text: string;
  /** The first template that may break the JSON. */
  readonly first: string;
}

/** Represents expression number N in JSON text. */
const PLACE = /\uE000(\d+)\uE001/gu;

/** Returns undefined for a text that is not JSON, whatever its values are. */
function objectForm(template: Template): ObjectForm | undefined {
  let isInString = false;
  let text = '';
  const inside: string[] = [];
  const expressions: string[] = [];
  for (const part of template) {
    if (part.kind === 'text') {
      text += part.text;
      isInString = endsInString(part.text, isInString);
      continue;
    }
    const place = `\uE000${String(expressions.length)}\uE001`;
    const printed = printExpression(part);
    expressions.push(printed);
    if (isInString) inside.push(printed);
    text += isInString ? place : `"${place}"`;
  }
  const [first = text.trimStart().startsWith('{') ? expressions[0] : undefined] = inside;
  if (first === undefined) return undefined;
  const json = parse(text);
  if (json === undefined) return undefined;
  const restored = escapeTemplate(exactJsonText(json) ?? '').replaceAll(PLACE, (_place, index: string) =>
    JSON.stringify(expressions[Number(index)]).slice(1, -1),
  );
  return { text: restored, first };
}

function endsInString(text: string, startsInString: boolean): boolean {
  let isInString = startsInString;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\' && isInString) index += 1;
    else if (text[index] === '"') isInString = !isInString;
  }
  return isInString;
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
