/** Reads the tests that a page names: `test/a.test.ts` › "one" · "another", over as many lines as it takes. */
export interface NamedTest {
  readonly file: string;
  /** Absent where the page names the whole file. */
  readonly title?: string;
}

export function namedTests(page: string): readonly NamedTest[] {
  return [...page.matchAll(/`(test\/[^`]+\.test\.ts)`((?:\s+[›·]\s+"[^"]+")*)/gu)].flatMap(
    ([, file = '', titles = '']) => {
      const named = [...titles.matchAll(/"([^"]+)"/gu)].map(([, title = '']) => ({
        file,
        title: title.replaceAll(/\s+/gu, ' '),
      }));
      return named.length > 0 ? named : [{ file }];
    },
  );
}

/** Returns the items of top-level lists of a text, each with its sublists. */
export function listItems(text: string): readonly string[] {
  return text.split(/^(?=\S)/mu).filter((item) => item.startsWith('- '));
}

/** Returns the body of the section with this heading. */
export function sectionOf(page: string, heading: string): string {
  return page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}
