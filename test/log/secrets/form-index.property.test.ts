// Invariant: an index finds what a look at each place finds, the longest form first.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FormIndex, type FoundText } from '../../../src/log/secrets/form-index.ts';

function findSlowly(text: string, forms: readonly string[]): readonly FoundText[] {
  const found: FoundText[] = [];
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  for (let at = 0; at < text.length;) {
    const form = longestFirst.find((each) => text.startsWith(each, at));
    if (form !== undefined) found.push({ start: at, form });
    at += form?.length ?? 1;
  }
  return found;
}

const letters = fc.constantFrom('a', 'b', '\u{1f30d}', 'é');
const form = fc.string({ unit: letters, minLength: 1, maxLength: 24 });

it('finds every form, the longest at each place, without overlap', () => {
  const given = fc.array(form, { maxLength: 6 }).chain((forms) => {
    const pieces = forms.length === 0 ? form : fc.oneof(form, fc.constantFrom(...forms));
    return fc.tuple(fc.constant(forms), fc.array(pieces, { maxLength: 8 }));
  });
  fc.assert(
    fc.property(given, ([forms, parts]) => {
      const text = parts.join('');
      expect(new FormIndex([...new Set(forms)]).find(text)).toEqual(findSlowly(text, forms));
    }),
  );
});
