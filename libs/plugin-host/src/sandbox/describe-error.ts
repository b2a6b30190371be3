import { longestDiagnosticText } from '../protocol/plugin-diagnostic.ts';
import { kindOf } from './kind-of.ts';

const deepest = 5;

/** An error in its author's words, with its causes. Whatever the plugin throws, this does not. */
export const describeError = (error: unknown): { name: string; message: string; stack: string } => {
  const name = textOf(error, 'name');
  const message = typeof error === 'string' ? error : textOf(error, 'message');
  return {
    name: cut(name === '' ? `a thrown value: ${kindOf(error)}` : name),
    message: cut(message),
    stack: cut(stacks(error).join('\ncaused by: ')),
  };
};

const stacks = (error: unknown, depth = 0): string[] => {
  if (depth > deepest || error === undefined || error === null) return [];
  const own = textOf(error, 'stack');
  const causes = [field(error, 'cause'), ...listOf(field(error, 'errors')).slice(0, deepest)];
  return [...(own === '' ? [] : [own]), ...causes.flatMap((cause) => stacks(cause, depth + 1))];
};

const field = (error: unknown, name: string): unknown => {
  try {
    return Reflect.get(Object(error), name);
  } catch {
    return undefined; // a getter that throws
  }
};

const textOf = (error: unknown, name: string): string => {
  const value = field(error, name);
  return typeof value === 'string' ? value : '';
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const cut = (text: string): string => text.slice(0, longestDiagnosticText);
