import type { SecretProvider, SecretProviderFactory } from '@secret-store/provider-sdk';
import type { StartFacts, StartMessage } from '../protocol/messages.ts';
import { BadReturnError } from './answer-call.ts';

export class FactoryMissingError extends Error {}

export interface LoadedProvider {
  readonly object: SecretProvider | undefined;
  readonly facts: StartFacts;
}

export const loadProvider = async (
  url: string,
  { factoryClassName, create, readsOnly }: StartMessage,
  configuration: ReadonlyMap<string, string>,
): Promise<LoadedProvider> => {
  // a namespace object, which TypeScript types as any
  const module = (await import(url)) as Record<string, unknown>;
  const factory = makeFactory(module, factoryClassName);
  if (!create) return { object: undefined, facts: nothing };
  const object = await factory.create(configuration);
  return { object, facts: { ...(await factsOf(object)), ...(readsOnly ? {} : await allowedBy(object)) } };
};

const nothing: StartFacts = {
  ttl: 0,
  allowsCreate: false,
  allowsUpdate: false,
  allowsDelete: false,
  identifierFor: false,
  referTo: false,
};

const factsOf = async (object: SecretProvider): Promise<StartFacts> => {
  const ttl = await object.getTtl();
  if (!Number.isFinite(ttl)) throw new BadReturnError();
  const has = (method: 'identifierFor' | 'referTo') => typeof object[method] === 'function';
  return { ...nothing, ttl, identifierFor: has('identifierFor'), referTo: has('referTo') };
};

const allowedBy = async (object: SecretProvider) => ({
  allowsCreate: truth(await object.allowsCreate()),
  allowsUpdate: truth(await object.allowsUpdate()),
  allowsDelete: truth(await object.allowsDelete()),
});

const truth = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new BadReturnError();
  return value;
};

// the module is untrusted: every step is checked
const makeFactory = (module: Record<string, unknown>, name: string): SecretProviderFactory => {
  const exported = module[name];
  if (typeof exported !== 'function') throw new FactoryMissingError();
  const factory: unknown = Reflect.construct(exported, []);
  if (!hasCreate(factory)) throw new FactoryMissingError();
  return factory;
};

const hasCreate = (factory: unknown): factory is SecretProviderFactory =>
  typeof factory === 'object' && factory !== null && 'create' in factory && typeof factory.create === 'function';
