// Defines the option `--format` of commands that print a list.
import { Option } from 'commander';
import { LIST_FORMATS } from './list-format.ts';

export function createFormatOption(): Option {
  return new Option('--format <format>', 'how to print it').choices([...LIST_FORMATS]).default('table');
}
