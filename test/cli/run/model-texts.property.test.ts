// Invariant: the texts of streams are shown whole and in order, and no part of a secret is shown, wherever a text is
// cut.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelTexts } from '../../../src/cli/run/model-texts.ts';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';

const SECRETS = ['hunter2-and-more', 'correct horse battery', 'sk-ant-0123456789abcdef', 'xkcd"quoted\\word'];

const redactor = createRedactor({
  secrets: Object.fromEntries(SECRETS.map((value, n) => [`S${String(n)}`, value])),
});
const redact = (text: string): string => redactor.redact(text);

const piece = fc.oneof(
  fc.constantFrom(...SECRETS, ' ', '\n', 'hunter', 'correct horse ', 'words of an answer. '),
  fc.string({ maxLength: 8 }),
);
const text = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));

/** Cuts a text into parts of the lengths. */
function cut(whole: string, lengths: readonly number[]): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const length of lengths) {
    parts.push(whole.slice(at, at + length));
    at += length;
  }
  return [...parts, whole.slice(at)].filter((part) => part !== '');
}

const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 });

test('what is shown of a text is the redacted text, and no secret is ever on the screen', () => {
  fc.assert(
    fc.property(text, lengths, (whole, sizes) => {
      const texts = new ModelTexts(redact);
      let screen = '';
      for (const part of cut(whole, sizes)) {
        texts.add({ call: 1, node: 'a', text: part });
        screen += texts.take();
        for (const secret of SECRETS) {
          // Of a secret at most its first letters may show, as long as they are an ordinary beginning.
          if (!redact(whole).includes(secret.slice(0, 8))) expect(screen).not.toContain(secret.slice(0, 8));
        }
      }
      texts.end(1, 'whole');
      screen += texts.take();
      const shown = redact(whole);
      expect(screen).toBe(shown === '' ? '' : `a\n${shown}${shown.endsWith('\n') ? '' : '\n'}`);
      expect(texts.isEmpty).toBe(true);
    }),
  );
});

test('no part of a secret is shown of a text that breaks off', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...SECRETS), fc.integer({ min: 6 }), (before, secret, length) => {
      const texts = new ModelTexts(redact);
      const broken = `${before} ${secret.slice(0, 6 + (length % (secret.length - 6)))}`;
      texts.add({ call: 1, node: 'a', text: broken });
      texts.end(1, 'cut');
      expect(texts.take()).toMatch(/<redacted:S\d>\n$/u);
    }),
  );
});

describe('several texts at once', () => {
  test('are shown one after the other, in the order in which they began', () => {
    const texts = new ModelTexts(redact);
    texts.add({ call: 1, node: 'a', item: 0, text: 'one ' });
    texts.add({ call: 2, node: 'a', item: 1, text: 'eins ' });
    expect(texts.take()).toBe('a[0]\none ');
    texts.end(2, 'whole');
    expect(texts.take()).toBe('');
    texts.add({ call: 1, node: 'a', item: 0, text: 'two' });
    texts.end(1, 'whole');
    expect(texts.take()).toBe('two\na[1]\neins \n');
  });

  test('another attempt is another call, and begins a text of its own', () => {
    const texts = new ModelTexts(redact);
    texts.add({ call: 1, node: 'a', text: 'half an' });
    texts.end(1, 'cut');
    texts.add({ call: 2, node: 'a', text: 'whole' });
    texts.end(2, 'whole');
    expect(texts.take()).toBe('a\nhalf an\na\nwhole\n');
  });

  test('of one node and item, as in a batch inside an item of a batch, stay apart', () => {
    const texts = new ModelTexts(redact);
    texts.add({ call: 1, node: 'outer/a', item: 0, text: 'one ' });
    texts.add({ call: 2, node: 'outer/a', item: 0, text: 'eins ' });
    texts.add({ call: 1, node: 'outer/a', item: 0, text: 'two' });
    texts.end(1, 'whole');
    texts.end(2, 'whole');
    expect(texts.take()).toBe('outer/a[0]\none two\nouter/a[0]\neins \n');
  });
});
