import type { SecretContext } from '@secret-store/provider-sdk';
import { maximumValueBytes } from './value-fault.ts';

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
}

type MethodName =
  | 'createSecret'
  | 'updateSecret'
  | 'deleteSecret'
  | 'identifierFor'
  | 'referTo'
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
/** Longest answer: a value, and identifiers escaped in JSON. The sandbox cuts what is longer, so only an attack breaks this. */
export const answerCaps = { headerBytes: 16 * 1024, bodyBytes: maximumValueBytes };
/** Longest question: a configuration of 64 keys. */
export const questionCaps = { headerBytes: 1024 * 1024, bodyBytes: 32 * 1024 * 1024 };
