// Invariant: a value that a file exports is imported by another file, or belongs to the library. Types may be exported
// for the signatures that use them.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT } from './support/root.ts';

const LIBRARY = ['src/index.ts', 'src/prices.ts', 'projections/index.ts'];
/** Loaded by a configuration file. */
const LOADED_BY_CONFIGURATION = [
  'test/support/closing-line.ts',
  'test/support/longest-first.ts',
  'scripts/language/lint-rule.ts',
];
/** The scanner is another program in another language. Its exports are called from WebAssembly's side. */
const SCANNER = 'src/log/scanner/assembly/';

const sources = ['src', 'projections', 'test', 'bench', 'scripts', 'fixtures/programs']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => /\.tsx?$/u.test(path) && !path.startsWith(SCANNER))
  .map((path) =>
    ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), {
      languageVersion: ts.ScriptTarget.Latest,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    }),
  );

/** `path#name` of every import and re-export; `path#*` where a whole module is imported. */
function importsOf(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const add = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    if (!specifier.text.startsWith('.')) return;
    const path = resolve('/', dirname(source.fileName), specifier.text).slice(1);
    found.push(...names.map((name) => `${path}#${name}`));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, namesOf(node.importClause?.namedBindings));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, namesOf(node.exportClause));
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], ['*']);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, ['*']);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function namesOf(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] {
  if (bindings === undefined) return [];
  if (!ts.isNamedImports(bindings) && !ts.isNamedExports(bindings)) return ['*'];
  return bindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text);
}

function valuesOf(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [];
    const isExported =
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText(source));
    const { name } = statement as ts.DeclarationStatement;
    return name === undefined ? [] : [name.getText(source)];
  });
}

test('every exported value is imported by another file or belongs to the library', () => {
  const imported = new Set(sources.flatMap(importsOf));
  const unused = sources
    .filter(({ fileName }) => ![...LIBRARY, ...LOADED_BY_CONFIGURATION].includes(fileName))
    .flatMap((source) => valuesOf(source).map((name) => `${source.fileName}#${name}`))
    .filter((name) => !imported.has(name) && !imported.has(name.replace(/#.*/u, '#*')));
  expect(sources.length).toBeGreaterThan(500);
  expect(unused).toEqual([]);
});
