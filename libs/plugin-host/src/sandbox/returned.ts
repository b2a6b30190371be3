import type { SecretIdentifier, SecretNames } from '@secret-store/provider-sdk';
import { answerCaps, maximumNames, maximumOpaqueLength, maximumTtlSeconds } from '../protocol/messages.ts';
import { faultOf, type ValueFault } from '../protocol/value-fault.ts';
import { kindOf } from './kind-of.ts';

/** The plugin answered with something other than what the interface says. */
export class BadReturnError extends Error {
  constructor(
    readonly expected: string,
    got: unknown,
  ) {
    super();
    this.got = kindOf(got);
  }

  /** its type, in words */
  readonly got: string;
}

/** The vault holds something that cannot be delivered. */
export class BadValueError extends Error {
  readonly got: string;

  constructor(
    readonly fault: ValueFault,
    /** in UTF-8; 0 for what is not text */
    readonly bytes: number,
    got: unknown,
  ) {
    super(fault);
    this.got = kindOf(got);
  }
}

// Reduces what a plugin returned to plain data. The host checks all of it again.

export const textOf = (value: unknown, what = 'text'): string => {
  if (typeof value === 'string' && isOpaque(value)) return value;
  throw new BadReturnError(`${what} of 1 to ${maximumOpaqueLength.toLocaleString('en')} characters`, value);
};

const isOpaque = (text: string): boolean =>
  text !== '' && text.length <= maximumOpaqueLength && !text.includes('\0') && text.isWellFormed();

export const keyOf = (identifier: SecretIdentifier | undefined): string => {
  if (typeof identifier?.getProviderKey !== 'function')
    throw new BadReturnError('an identifier, which has a method getProviderKey', identifier);
  return textOf(identifier.getProviderKey(), 'an identifier whose getProviderKey gives text');
};

export const booleanOf = (value: unknown): boolean => {
  if (typeof value === 'boolean') return value;
  throw new BadReturnError('true or false', value);
};

export const secondsOf = (value: unknown): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximumTtlSeconds) return value;
  throw new BadReturnError('a time to live, in whole seconds from 0', value);
};

export const millisecondsOf = (date: unknown): number => {
  if (date instanceof Date && !Number.isNaN(date.getTime())) return date.getTime();
  throw new BadReturnError('a valid Date', date);
};

export const valueOf = (value: unknown): Uint8Array => {
  if (value === undefined) throw new BadReturnError('a secret whose getValue gives text', value);
  if (typeof value !== 'string') throw new BadValueError('value-not-text', 0, value);
  const bytes = Buffer.byteLength(value, 'utf8');
  const fault = faultOf(value, bytes);
  if (fault !== null) throw new BadValueError(fault, bytes, value);
  return Buffer.from(value, 'utf8');
};

/** A page of names, as JSON, and its marker; an empty one stands for none. */
export const namesOf = (page: SecretNames | undefined): { value: string; bytes: Uint8Array } => {
  const names: unknown = page?.names;
  if (!Array.isArray(names) || names.length > maximumNames)
    throw new BadReturnError(`names: a list of at most ${maximumNames.toLocaleString('en')} names`, names);
  const bytes = Buffer.from(JSON.stringify(names.map((name) => textOf(name, 'each name is text'))));
  if (bytes.length > answerCaps.bodyBytes) throw new BadReturnError('a smaller page of names', names);
  const marker: unknown = page?.marker;
  return { value: marker === undefined ? '' : textOf(marker, 'marker: text'), bytes };
};
