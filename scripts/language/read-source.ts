// The parts of a source file whose words are checked: comments, names that it declares, texts that users read.
import ts from 'typescript';

export interface SourcePart {
  readonly kind: 'comment' | 'name' | 'text';
  readonly text: string;
  /** Offset in the file, in UTF-16 units. */
  readonly offset: number;
}

export function readSource(fileName: string, text: string): readonly SourcePart[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const parts: SourcePart[] = commentsOf(source);
  const visit = (node: ts.Node): void => {
    const name = declaredName(node);
    if (name !== undefined) parts.push({ kind: 'name', text: name.text, offset: name.getStart(source) });
    const userText = userTextOf(node);
    if (userText !== undefined)
      parts.push({ kind: 'text', text: userText, offset: node.getStart(source) + 1 });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return parts.sort((a, b) => a.offset - b.offset);
}

/** Comments lie between tokens, so they are found before and behind each of them. */
function commentsOf(source: ts.SourceFile): SourcePart[] {
  const { text } = source;
  const found = new Map<number, SourcePart>();
  const add = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) {
      found.set(pos, { kind: 'comment', text: text.slice(pos, end), offset: pos });
    }
  };
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source);
    if (children.length === 0 && node.kind !== ts.SyntaxKind.JsxText) {
      add(ts.getLeadingCommentRanges(text, node.pos));
      add(ts.getTrailingCommentRanges(text, node.end));
    }
    for (const child of children) visit(child);
  };
  visit(source);
  return [...found.values()];
}

const DECLARATIONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.TypeParameter,
  ts.SyntaxKind.PropertySignature,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.MethodSignature,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
]);

function declaredName(node: ts.Node): ts.Identifier | undefined {
  if (!DECLARATIONS.has(node.kind)) return undefined;
  const { name } = node as ts.NamedDeclaration;
  return name !== undefined && ts.isIdentifier(name) ? name : undefined;
}

/** A string with a space in it, other than the name of a module. */
function userTextOf(node: ts.Node): string | undefined {
  const isText =
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
  return isText && node.text.trim().includes(' ') ? node.text : undefined;
}
