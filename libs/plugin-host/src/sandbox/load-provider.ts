import type { SecretProvider, SecretProviderFactory } from '@secret-store/provider-sdk';
import { optionalMethods, type StartFacts, type StartMessage } from '../protocol/messages.ts';
import { BadReturnError, booleanOf, secondsOf } from './returned.ts';

export class FactoryMissingError extends Error {}

export interface LoadedProvider {
  readonly object: SecretProvider | undefined;
  readonly facts: StartFacts;
}

/** @param during is told what runs next: a method of the interface, or `import` and `constructor` */
export const loadProvider = async (
  url: string,
  { factoryClassName, create, readsOnly }: StartMessage,
  configuration: ReadonlyMap<string, string>,
  during: (method: string) => void,
): Promise<LoadedProvider> => {
  during('import');
  // a namespace object, which TypeScript types as any
  const module = (await import(url)) as Record<string, unknown>;
  during('constructor');
  const factory = makeFactory(module, factoryClassName);
  if (!create) return { object: undefined, facts: nothing };
  during('create');
  const object: SecretProvider | undefined = await factory.create(configuration);
  if (typeof object !== 'object' || object === null) throw new BadReturnError('a provider', object);
  during('getTtl');
  const ttl = secondsOf(await object.getTtl());
  const facts = { ...nothing, ttl, ...methodsOf(object) };
  return { object, facts: readsOnly ? facts : { ...facts, ...(await allowedBy(object, during)) } };
};

const nothing: StartFacts = {
  ttl: 0,
  allowsCreate: false,
  allowsUpdate: false,
  allowsDelete: false,
  identifierFor: false,
  referTo: false,
  list: false,
  rotate: false,
};

const methodsOf = (object: SecretProvider): Partial<StartFacts> =>
  Object.fromEntries(optionalMethods.map((method) => [method, typeof object[method] === 'function']));

const allowedBy = async (object: SecretProvider, during: (method: string) => void): Promise<Partial<StartFacts>> => {
  const allowed: Partial<Record<'allowsCreate' | 'allowsUpdate' | 'allowsDelete', boolean>> = {};
  for (const method of ['allowsCreate', 'allowsUpdate', 'allowsDelete'] as const) {
    during(method);
    allowed[method] = booleanOf(await object[method]());
  }
  return allowed;
};

// the module is untrusted: every step is checked
const makeFactory = (module: Record<string, unknown>, name: string): SecretProviderFactory => {
  const exported = module[name];
  if (typeof exported !== 'function') {
    throw new FactoryMissingError(`no class ${name} is exported, only: ${Object.keys(module).join(', ') || 'nothing'}`);
  }
  const factory: unknown = Reflect.construct(exported, []);
  if (!hasCreate(factory)) throw new FactoryMissingError(`the class ${name} has no method create`);
  return factory;
};

const hasCreate = (factory: unknown): factory is SecretProviderFactory =>
  typeof factory === 'object' && factory !== null && 'create' in factory && typeof factory.create === 'function';
