import type { SecretContext } from '@secret-store/provider-sdk';

/** What the host sends first; the body is the configuration, as JSON pairs. */
export interface StartMessage {
  readonly factoryClassName: string;
  /** the names of the configuration keys, so that an error can be reduced to one of them */
  readonly configurationKeys: readonly string[];
  /** unix socket paths by `host:port` */
  readonly egress: Readonly<Record<string, string>>;
  /** false: only look for the factory */
  readonly create: boolean;
  /** true: do not ask what the provider allows */
  readonly readsOnly: boolean;
  /** for each call */
  readonly deadlineMilliseconds: number;
  /** true: tell the author's machine about each error and refusal */
  readonly diagnose: boolean;
}

/** What a provider may leave out. */
export const optionalMethods = ['identifierFor', 'referTo', 'list', 'rotate'] as const;

type MethodName =
  | 'createSecret'
  | 'updateSecret'
  | 'deleteSecret'
  | (typeof optionalMethods)[number]
  | 'getSecret'
  | 'getSecretVersion'
  | 'secretLastUpdated'
  | 'getTtl';

/** What the host sends for each call; the body is the value, where the method takes one. */
export interface CallMessage {
  readonly id: number;
  readonly method: MethodName;
  readonly providerKey?: string | undefined;
  readonly reference?: string | undefined;
  readonly marker?: string | undefined;
  readonly context?: SecretContext | undefined;
}

/** What a plugin says of itself once, when it has made its provider. */
export interface StartFacts {
  readonly ttl: number;
  readonly allowsCreate: boolean;
  readonly allowsUpdate: boolean;
  readonly allowsDelete: boolean;
  /** whether the provider has these methods */
  readonly identifierFor: boolean;
  readonly referTo: boolean;
  readonly list: boolean;
  readonly rotate: boolean;
}

/** What an error is reduced to before it leaves the sandbox. */
export const errorClasses = [
  'SecretNotFoundError',
  'InvalidReferenceError',
  'ConfigurationError',
  'VaultProblemError',
  'FactoryMissing',
  'BadReturn',
  'BadValue',
  'Error',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** An identifier or a version, in UTF-16 code units. */
export const maximumOpaqueLength = 1_024;
/** In seconds. */
export const maximumTtlSeconds = 2 ** 31;
/** On one page of `list`. */
export const maximumNames = 1_000;
/** Longest answer: a page of names, and identifiers escaped in JSON. The sandbox cuts what is longer, so only an attack breaks this. */
export const answerCaps = { headerBytes: 16 * 1024, bodyBytes: 4 * 1024 * 1024 };
/** Longest question: a configuration of 64 keys. */
export const questionCaps = { headerBytes: 1024 * 1024, bodyBytes: 32 * 1024 * 1024 };
