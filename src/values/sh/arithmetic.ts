// Finds values that the arithmetic of a shell would run. Where /bin/sh is bash, `n='a[$(id)]'; $((n + 1))` runs `id`,
// and so do subscripts, offsets and indirect names. Such code has a subscript, so that a number never looks like it.

/** What evaluates the content of a variable, wherever the variable got it from. Wide, since the value decides. */
const EVALUATES =
  /\(\(|\$\[|\blet\b|\b(?:declare|typeset|local|readonly|export)\b|\w\[|\$\{\w+:[^-+=?]|\$\{!/u;
/** Expands what a value holds, as in a prompt of the shell. */
const EXPANDS = /@P\}/u;

const SUBSCRIPT = /\w\[/u;
const SUBSTITUTION = /\$\(|`/u;

/** Returns a check whether the command runs code in a value. `text`: the command without its templates. */
export function createArithmeticCheck(text: string): ((value: string) => boolean) | undefined {
  if (EXPANDS.test(text)) return (value) => SUBSTITUTION.test(value);
  if (!EVALUATES.test(text)) return undefined;
  return (value) => {
    const subscript = value.search(SUBSCRIPT);
    return subscript >= 0 && SUBSTITUTION.test(value.slice(subscript));
  };
}
