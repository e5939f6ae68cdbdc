// Counts the steps of a backtracking matcher, as V8 has one: a measure of a pattern that no busy machine changes.
import { RegExpParser, type AST } from '@eslint-community/regexpp';

export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Continues with the rest of the pattern at a position. */
type Next = (at: number) => boolean;
type Matcher = (at: number, next: Next) => boolean;

class TooManySteps extends Error {}

/** So many steps for one character are not linear time. */
const MOST_STEPS = 2_000;

/** Returns a function that counts the steps of replacing all matches in a text. Infinity: far too many. */
export function stepCounter({ source, flags }: Pattern): (text: string) => number {
  const unicode = flags.includes('u');
  const unicodeSets = flags.includes('v');
  const ast = new RegExpParser().parsePattern(source, 0, source.length, { unicode, unicodeSets });
  const state: State = {
    text: [],
    steps: 0,
    limit: 0,
    captures: new Map(),
    flags: flags.replace(/[gy]/gu, ''),
  };
  const match = alternatives(ast.alternatives, state);
  return (text) => {
    state.text = unicode || unicodeSets ? Array.from(text) : text.split('');
    state.steps = 0;
    state.limit = (text.length + 1) * MOST_STEPS;
    try {
      replaceAll(match, state, flags.includes('g'));
      return state.steps;
    } catch (error) {
      if (error instanceof TooManySteps) return Infinity;
      throw error;
    }
  };
}

interface State {
  text: readonly string[];
  steps: number;
  limit: number;
  readonly captures: Map<AST.CapturingGroup, string>;
  readonly flags: string;
}

function replaceAll(match: Matcher, state: State, isGlobal: boolean): void {
  for (let start = 0; start <= state.text.length;) {
    let end = start;
    state.captures.clear();
    const found = match(start, (at) => {
      end = at;
      return true;
    });
    if (found && !isGlobal) return;
    start = found && end > start ? end : start + 1;
  }
}

function step(state: State): void {
  state.steps += 1;
  if (state.steps > state.limit) throw new TooManySteps();
}

function alternatives(all: readonly AST.Alternative[], state: State): Matcher {
  const matchers = all.map(({ elements }) => sequence(elements, state));
  const [only] = matchers;
  if (only !== undefined && matchers.length === 1) return only;
  return (at, next) => matchers.some((match) => match(at, next));
}

function sequence(elements: readonly AST.Element[], state: State): Matcher {
  const matchers = elements.map((element) => matcherOf(element, state));
  return (at, next) => {
    const run = (index: number, from: number): boolean => {
      const match = matchers[index];
      return match === undefined ? next(from) : match(from, (end) => run(index + 1, end));
    };
    return run(0, at);
  };
}

function matcherOf(element: AST.Element, state: State): Matcher {
  switch (element.type) {
    case 'Group':
      return alternatives(element.alternatives, state);
    case 'CapturingGroup':
      return capturing(element, state);
    case 'Quantifier':
      return quantified(element, state);
    case 'Assertion':
      return assertion(element, state);
    case 'Backreference':
      return backreference(element, state);
    default:
      return character(element, state);
  }
}

function character(element: AST.Element, state: State): Matcher {
  const isMember = memberTest(element, state);
  return (at, next) => {
    step(state);
    const one = state.text[at];
    return one !== undefined && isMember(one) && next(at + 1);
  };
}

/** Whether a character is what one element takes. */
function memberTest({ raw }: AST.Element, { flags }: State): (character: string) => boolean {
  const pattern = new RegExp(`^(?:${raw})$`, flags.replace('m', ''));
  const known = new Map<string, boolean>();
  return (one) => {
    const found = known.get(one) ?? pattern.test(one);
    known.set(one, found);
    return found;
  };
}

function capturing(group: AST.CapturingGroup, state: State): Matcher {
  const match = alternatives(group.alternatives, state);
  return (at, next) =>
    match(at, (end) => {
      const before = state.captures.get(group);
      state.captures.set(group, state.text.slice(at, end).join(''));
      if (next(end)) return true;
      if (before === undefined) state.captures.delete(group);
      else state.captures.set(group, before);
      return false;
    });
}

function backreference({ resolved }: AST.Backreference, state: State): Matcher {
  const groups = Array.isArray(resolved) ? resolved : [resolved];
  return (at, next) => {
    step(state);
    const expected = groups.map((group) => state.captures.get(group)).find((one) => one !== undefined) ?? '';
    const end = at + Array.from(expected).length;
    return state.text.slice(at, end).join('') === expected && next(end);
  };
}

const SINGLE = new Set<string>(['Character', 'CharacterSet', 'CharacterClass', 'ExpressionCharacterClass']);

function quantified({ element, min, max, greedy }: AST.Quantifier, state: State): Matcher {
  if (SINGLE.has(element.type)) {
    return (greedy ? repeatedCharacter : lazilyRepeatedCharacter)(element, { min, max }, state);
  }
  const match = matcherOf(element, state);
  const repeat = (count: number, at: number, next: Next): boolean => {
    const more = (): boolean =>
      count < max && match(at, (end) => (end > at || count < min) && repeat(count + 1, end, next));
    const rest = (): boolean => count >= min && next(at);
    return greedy ? more() || rest() : rest() || more();
  };
  return (at, next) => repeat(0, at, next);
}

/** Without recursion: most of what our patterns repeat is one character. */
function repeatedCharacter(
  element: AST.Element,
  { min, max }: { readonly min: number; readonly max: number },
  state: State,
): Matcher {
  const isMember = memberTest(element, state);
  return (at, next) => {
    let end = at;
    while (end - at < max) {
      step(state);
      const one = state.text[end];
      if (one === undefined || !isMember(one)) break;
      end += 1;
    }
    for (; end - at >= min; end -= 1) {
      step(state);
      if (next(end)) return true;
    }
    return false;
  };
}

function lazilyRepeatedCharacter(
  element: AST.Element,
  { min, max }: { readonly min: number; readonly max: number },
  state: State,
): Matcher {
  const isMember = memberTest(element, state);
  return (at, next) => {
    for (let end = at; ; end += 1) {
      step(state);
      if (end - at >= min && next(end)) return true;
      const one = state.text[end];
      if (end - at >= max || one === undefined || !isMember(one)) return false;
    }
  };
}

function assertion(element: AST.Assertion, state: State): Matcher {
  if (element.kind === 'lookahead' || element.kind === 'lookbehind') return lookaround(element, state);
  const isMultiline = state.flags.includes('m');
  const isWord = (one: string | undefined): boolean => one !== undefined && /\w/u.test(one);
  const holds = (at: number): boolean => {
    const { text } = state;
    if (element.kind === 'start') return at === 0 || (isMultiline && text[at - 1] === '\n');
    if (element.kind === 'end') return at === text.length || (isMultiline && text[at] === '\n');
    return (isWord(text[at - 1]) !== isWord(text[at])) !== ('negate' in element && element.negate);
  };
  return (at, next) => {
    step(state);
    return holds(at) && next(at);
  };
}

function lookaround(element: AST.LookaroundAssertion, state: State): Matcher {
  const match = alternatives(element.alternatives, state);
  const longest = Math.max(...element.alternatives.map(longestOf));
  const isFound = (at: number): boolean => {
    if (element.kind === 'lookahead') return match(at, () => true);
    // V8 goes to the left from here: what cannot match takes it no time.
    for (let start = at; start >= Math.max(0, at - longest); start -= 1)
      if (match(start, (end) => end === at)) return true;
    return false;
  };
  return (at, next) => isFound(at) !== element.negate && next(at);
}

/** How many characters an element takes at most. */
function longestOf(node: AST.Alternative | AST.Element): number {
  switch (node.type) {
    case 'Alternative':
      return node.elements.reduce((sum, element) => sum + longestOf(element), 0);
    case 'Group':
    case 'CapturingGroup':
      return Math.max(...node.alternatives.map(longestOf));
    case 'Quantifier':
      return node.max * longestOf(node.element);
    case 'Assertion':
      return 0;
    case 'Backreference':
      return Infinity;
    default:
      return 1;
  }
}
