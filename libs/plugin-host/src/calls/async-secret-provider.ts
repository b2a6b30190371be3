import type { SecretProvider } from '@secret-store/provider-sdk';

type Asynchronous<Method> = Method extends (...parameters: infer Parameters) => infer Result
  ? (...parameters: Parameters) => Promise<Awaited<Result>>
  : never;

/** A provider whose every method answers a promise. `identifierFor` is there only when the provider has it. */
export type AsyncSecretProvider = {
  [Method in keyof SecretProvider]: Asynchronous<SecretProvider[Method]>;
};
