import { SimpleSecret, type Secret, type SecretIdentifier, type SecretNames } from '@secret-store/provider-sdk';
import { z } from 'zod';
import type { CallResult } from '../process/call-table.ts';
import { PluginFailure, valueFailure } from '../process/plugin-failure.ts';
import { maximumNames, maximumOpaqueLength, maximumTtlSeconds, type StartFacts } from '../protocol/messages.ts';
import { faultOf } from '../protocol/value-fault.ts';

const maximumMilliseconds = 8.64e15;

const opaque = z
  .string()
  .min(1)
  .max(maximumOpaqueLength)
  .refine((text) => text.isWellFormed() && !text.includes('\0'));
const ttl = z.int().min(0).max(maximumTtlSeconds);
const names = z.array(opaque).max(maximumNames);
const milliseconds = z.number().min(-maximumMilliseconds).max(maximumMilliseconds);
const facts = z.strictObject({
  ttl,
  allowsCreate: z.boolean(),
  allowsUpdate: z.boolean(),
  allowsDelete: z.boolean(),
  identifierFor: z.boolean(),
  referTo: z.boolean(),
  list: z.boolean(),
  rotate: z.boolean(),
});

// Converts what a plugin answered to the type that the interface names, or fails.

export const textIn = (result: CallResult): string => parse(opaque, result);
export const booleanIn = (result: CallResult): boolean => parse(z.boolean(), result);
export const ttlIn = (result: CallResult): number => parse(ttl, result);
export const dateIn = (result: CallResult): Date => new Date(parse(milliseconds, result));
export const factsIn = (result: CallResult): StartFacts => parse(facts, result);

export const identifierIn = (result: CallResult): SecretIdentifier => {
  const providerKey = textIn(result);
  return { getProviderKey: () => providerKey };
};

export const secretIn = (result: CallResult): Secret => {
  const secondsToLive = ttlIn(result);
  const { length } = result.body;
  const value = valueIn(result.body);
  result.body.fill(0);
  const fault = faultOf(value, length);
  if (fault !== null) throw valueFailure(fault, length);
  return new SimpleSecret(value, secondsToLive);
};

/** A page of names in the body; the value is its marker, and empty where no page follows. */
export const namesIn = (result: CallResult): SecretNames => {
  const marker = parse(z.union([z.literal(''), opaque]), result);
  const page = names.safeParse(jsonIn(result.body));
  if (!page.success) throw new PluginFailure('bad-return');
  return marker === '' ? { names: page.data } : { names: page.data, marker };
};

const jsonIn = (body: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const valueIn = (body: Buffer): string => {
  try {
    return utf8.decode(body);
  } catch {
    throw valueFailure('value-not-unicode', body.length);
  }
};

const parse = <T>(schema: z.ZodType<T>, { answer }: CallResult): T => {
  const result = schema.safeParse(answer.ok ? answer.value : undefined);
  // without the cause, which may quote the plugin
  if (!result.success) throw new PluginFailure('bad-return');
  return result.data;
};
