// Knows what is piped into groups of commands: each command in `… | { a; b; }` reads from there.
import { GROUP_END, type Word } from './word.ts';

const GROUP_START = /^(?:\{|if|while|until|for|select|case)$/u;
/** Words of the shell that another command follows. */
const IN_FRONT = /^(?:\{|if|while|until|then|do|else|elif|!)$/u;

export class CommandGroups {
  /** By open group: how many references come before it on its stdin. */
  private readonly open: number[];

  /** `piped`: the same for the commands outside of all groups. */
  constructor(piped: number) {
    this.open = [piped];
  }

  get piped(): number {
    return this.open.at(-1) ?? 0;
  }

  /** Opens and closes the groups that begin and end with a command. `piped`: what is on its stdin. */
  count(words: readonly Word[], piped: number): void {
    for (const { text, isDynamic } of words) {
      if (isDynamic) return;
      if (GROUP_START.test(text)) this.open.push(piped);
      else if (GROUP_END.test(text)) this.open.pop();
      if (!IN_FRONT.test(text)) return;
    }
  }
}
