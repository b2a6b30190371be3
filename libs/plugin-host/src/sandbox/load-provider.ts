import type { SecretProvider, SecretProviderFactory } from '@secret-store/provider-sdk';
import type { StartMessage } from '../protocol/messages.ts';

export class FactoryMissingError extends Error {}

export interface LoadedProvider {
  readonly object: SecretProvider | undefined;
  readonly facts: { readonly ttl: number; readonly identifierFor: boolean; readonly referTo: boolean };
}

export const loadProvider = async (
  url: string,
  { factoryClassName, create }: StartMessage,
  configuration: ReadonlyMap<string, string>,
): Promise<LoadedProvider> => {
  // a namespace object, which TypeScript types as any
  const module = (await import(url)) as Record<string, unknown>;
  const factory = makeFactory(module, factoryClassName);
  if (!create) return { object: undefined, facts: { ttl: 0, identifierFor: false, referTo: false } };
  const object = await factory.create(configuration);
  const has = (method: 'identifierFor' | 'referTo') => typeof object[method] === 'function';
  return {
    object,
    facts: { ttl: await object.getTtl(), identifierFor: has('identifierFor'), referTo: has('referTo') },
  };
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
