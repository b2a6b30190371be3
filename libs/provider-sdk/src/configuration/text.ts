import type { ConfigurationProblem } from '../configuration-problem.ts';
import { ConfigurationError } from '../errors.ts';
import { type ConfigurationMap, type Fallback, parsed } from './values.ts';

/**
 * Text that matches a pattern, which should begin with `^` and end with `$`.
 * @param rule says what is allowed and continues a sentence about the key, such as `takes 1 to 64 letters and digits`
 * @throws {ConfigurationError} `missing`, or the reason in the options, otherwise `not-a-name`
 */
export const matching = <F = never>(
  config: ConfigurationMap,
  key: string,
  pattern: RegExp,
  rule: string,
  { reason = 'not-a-name', ...options }: Fallback<F> & { readonly reason?: ConfigurationProblem } = {},
): string | F =>
  parsed(config, key, options, (text) => {
    if (!pattern.test(text)) throw new ConfigurationError(key, rule, { reason });
    return text;
  });

/**
 * A credential, or other text for a header: no space, no line break, nothing outside of ASCII.
 * @throws {ConfigurationError} `missing` or `spaces`
 */
export const word = <F = never>(config: ConfigurationMap, key: string, options: Fallback<F> = {}): string | F =>
  matching(config, key, /^[\x21-\x7e]+$/, 'must not contain a space, a line break or a character outside ASCII', {
    ...options,
    reason: 'spaces',
  });

/** @throws {ConfigurationError} `missing` or `not-a-choice` */
export const oneOf = <const T extends string, F = never>(
  config: ConfigurationMap,
  key: string,
  choices: readonly T[],
  options: Fallback<F> = {},
): T | F =>
  parsed(config, key, options, (text) => {
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    throw new ConfigurationError(key, `must be one of ${choices.join(', ')}`, { reason: 'not-a-choice' });
  });

/**
 * `true` or `false`.
 * @throws {ConfigurationError} `missing` or `not-a-choice`
 */
export const flag = <F = never>(config: ConfigurationMap, key: string, options: Fallback<F> = {}): boolean | F =>
  parsed(config, key, options, (text) => {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new ConfigurationError(key, 'must be true or false', { reason: 'not-a-choice' });
  });

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * A number in decimal digits, without a sign.
 * @throws {ConfigurationError} `missing` or `not-a-number`
 */
export const wholeNumber = <F = never>(
  config: ConfigurationMap,
  key: string,
  { minimum, maximum, ...options }: Range & Fallback<F>,
): number | F =>
  parsed(config, key, options, (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    throw new ConfigurationError(key, `must be a whole number from ${minimum} to ${maximum}`, {
      reason: 'not-a-number',
    });
  });
