// Names a planned workflow after any text.
import { slug } from '../values/slug.ts';

/** Undefined when the text holds no letter or digit of the Latin script. */
export function planName(text: string): string | undefined {
  return slug(text, { maxLength: 50 });
}
