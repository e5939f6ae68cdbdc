// Reads from a source file what people read: its comments, the names it declares, the texts it shows.
import ts from 'typescript';

export interface Span {
  readonly start: number;
  readonly text: string;
}

/**
 * Blanks out everything but the comments, and keeps the length. Code becomes `|`, so that no phrase reaches from
 * one comment over code to the next; comment marks become spaces.
 */
export function commentsOf(source: ts.SourceFile): string {
  const { text } = source;
  const parts: string[] = [];
  let at = 0;
  for (const { pos, end } of commentRanges(source).sort((a, b) => a.pos - b.pos)) {
    parts.push(blankOut(text.slice(at, pos)));
    const comment = text.slice(pos, end);
    parts.push(comment.replaceAll(/^\/[/*]+|\*\/$|(?<=\n[ \t]*)\*/gu, (mark) => ' '.repeat(mark.length)));
    at = end;
  }
  parts.push(blankOut(text.slice(at)));
  return parts.join('');
}

function blankOut(code: string): string {
  return code.replaceAll(/\S+/gu, (run) => '|'.repeat(run.length));
}

function commentRanges(source: ts.SourceFile): ts.CommentRange[] {
  const found = new Map<number, ts.CommentRange>();
  // Listing the tokens of a node takes long: it is left out where no comment can be inside.
  const marks = Array.from(source.text.matchAll(/\/[/*]/gu), ({ index }) => index);
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const ranges = [
      ...(ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source.text, node.getEnd()) ?? []),
    ];
    for (const range of ranges) found.set(range.pos, range);
    if (!hasNumberIn(marks, node.getFullStart(), node.getEnd())) return;
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...found.values()];
}

/** Whether one of the sorted numbers is at least `from` and below `to`. */
function hasNumberIn(sorted: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return (sorted[low] ?? to) < to;
}

/** Finds every identifier that the file declares: variables, parameters, functions, types and their members. */
export function declaredNames(source: ts.SourceFile): Span[] {
  const found: Span[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && declares(node.parent, node)) {
      found.push({ start: node.getStart(source), text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function declares(parent: ts.Node, name: ts.Identifier): boolean {
  const isDeclaration =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent) ||
    ts.isTypeParameterDeclaration(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertyAssignment(parent);
  return isDeclaration && (parent as ts.NamedDeclaration).name === name;
}

/** Finds string and template literals that contain a space. The expressions of a template are blanked out. */
export function shownTexts(source: ts.SourceFile, which: (node: ts.Node) => boolean = () => true): Span[] {
  const found: Span[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = literalText(node, source);
      if (text.includes(' ') && which(node)) found.push({ start: node.getStart(source), text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function literalText(node: ts.Node, source: ts.SourceFile): string {
  const start = node.getStart(source);
  let text = source.text.slice(start, node.getEnd());
  if (!ts.isTemplateExpression(node)) return text;
  for (const { expression } of node.templateSpans) {
    const [from, to] = [expression.getStart(source) - start, expression.getEnd() - start];
    text = text.slice(0, from) + '|'.repeat(to - from) + text.slice(to);
  }
  return text;
}

/** Is true for the title of a test or group, also behind `.each(…)`. */
export function isTestTitle(node: ts.Node): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== node) return false;
  let callee: ts.Expression = call.expression;
  while (!ts.isIdentifier(callee)) {
    if (!ts.isCallExpression(callee) && !ts.isPropertyAccessExpression(callee)) return false;
    callee = callee.expression;
  }
  return ['test', 'it', 'describe'].includes(callee.text);
}
