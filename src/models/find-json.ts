// Finds the JSON of a structured answer. Models put it into a fence, after their thoughts, or between sentences.

/** Marks around thoughts that models write into their answers; those of the first group open. */
const THOUGHT_MARK =
  /(<(?:seed:)?(?:think|thinking|thought|reasoning|scratchpad)>|\[think\]|◁think▷|<\|(?:begin_of_thought|start_thinking|channel\|>(?:analysis|commentary)<\|message)\|>)|<\/(?:seed:)?(?:think|thinking|thought|reasoning|scratchpad)>|\[\/think\]|◁\/think▷|<\|(?:end_of_thought|end_thinking|channel\|>final<\|message)\|>/gi;
const FENCE = '```';
const INFO_WORD = /^[ \t]*[\w+-]{1,30}(?=[\s{["])/;

/** Limits the tries in prose. Each is a pass over the rest of the text. */
const MOST_STARTS = 200;

/**
 * Returns the texts that may be the answer, in groups: the whole text, then what is in fences, then objects and lists
 * between words. A later group counts only where no earlier one has a value that fits.
 */
export function* jsonCandidates(answer: string): Generator<readonly string[]> {
  // `trim` removes a byte order mark too.
  yield [answer.trim()];
  const spoken = removeThoughts(answer);
  if (spoken !== answer.trim()) yield [spoken];
  yield fencedTexts(spoken);
  yield valuesInProse(spoken);
}

/** An opening tag may be missing, because chat templates remove it. A thought that is not closed extends to the end. */
function removeThoughts(text: string): string {
  let kept = '';
  let from = 0;
  let isThinking = false;
  for (const { index, 0: mark, 1: opening } of text.matchAll(THOUGHT_MARK)) {
    const isEnd = opening === undefined;
    if (!isEnd && !isThinking) kept += text.slice(from, index);
    if (isEnd && !isThinking) kept = '';
    isThinking = !isEnd;
    from = index + mark.length;
  }
  return (isThinking ? kept : kept + text.slice(from)).trim();
}

/** The last fence may not be closed. A word of one line may be a language or the value itself. */
function fencedTexts(text: string): readonly string[] {
  const parts = text.split(FENCE);
  return parts.flatMap((part, index) => {
    if (index % 2 === 0) return [];
    const inside = part.replace(/^`+/, '').trim();
    const named = inside.replace(INFO_WORD, '').trim();
    return named === inside ? [inside] : [inside, named];
  });
}

/** Objects and lists that are not nested in each other. */
function valuesInProse(text: string): readonly string[] {
  const found: string[] = [];
  let from = 0;
  for (let starts = 0; starts < MOST_STARTS; starts += 1) {
    const start = nextStart(text, from);
    if (start < 0) break;
    const end = endOfValue(text, start);
    if (end === undefined) {
      from = start + 1;
      continue;
    }
    found.push(text.slice(start, end));
    from = end;
  }
  return found;
}

function nextStart(text: string, from: number): number {
  const object = text.indexOf('{', from);
  const list = text.indexOf('[', from);
  return object < 0 || list < 0 ? Math.max(object, list) : Math.min(object, list);
}

/** Returns the end of a JSON object or list. Undefined where no such value begins. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return isJson(text.slice(start, at + 1)) ? at + 1 : undefined;
    }
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
