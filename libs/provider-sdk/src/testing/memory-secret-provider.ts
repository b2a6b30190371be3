import { randomUUID } from 'node:crypto';
import { InvalidReferenceError, SecretNotFoundError } from '../errors.ts';
import type {
  Secret,
  SecretContext,
  SecretIdentifier,
  SecretProvider,
  SecretProviderFactory,
} from '../secret-provider.ts';
import { SimpleSecret } from '../simple-secret.ts';

/** Makes providers that share one vault in memory: create two, and one writes what the other reads. */
export class MemorySecretProviderFactory implements SecretProviderFactory {
  readonly #vault: MemoryVault = new Map();

  create(): MemorySecretProvider {
    return new MemorySecretProvider(this.#vault);
  }
}

export type MemoryVault = Map<string, { value: string; version: string; updated: Date }>;

/** Where users of the vault keep what they may refer to; our own secrets are elsewhere. */
const teamPath = /^team\/[A-Za-z0-9-]+$/;

const namesOnAPage = 100;

/** Puts a secret into the vault as one of its users would. */
export const putExisting = (vault: MemoryVault, value: string): Promise<{ readonly reference: string }> => {
  const reference = `team/${randomUUID()}`;
  vault.set(reference, { value, version: randomUUID(), updated: new Date() });
  return Promise.resolve({ reference });
};

/** The smallest provider that keeps the whole contract. For tests: what it holds goes with the process. */
export class MemorySecretProvider implements SecretProvider {
  readonly #vault: MemoryVault;

  constructor(vault: MemoryVault = new Map()) {
    this.#vault = vault;
  }

  createSecret(value: string, context: SecretContext): SecretIdentifier {
    const identifier = this.identifierFor(context);
    if (this.#vault.has(identifier.getProviderKey())) throw new Error('a secret of this id is there already');
    this.#put(identifier, value);
    return identifier;
  }

  updateSecret(id: SecretIdentifier, value: string, _context: SecretContext): string {
    this.#find(id);
    return this.#put(id, value);
  }

  deleteSecret(id: SecretIdentifier, _context: SecretContext): boolean {
    return this.#vault.delete(id.getProviderKey());
  }

  allowsCreate(): boolean {
    return true;
  }

  allowsUpdate(): boolean {
    return true;
  }

  allowsDelete(): boolean {
    return true;
  }

  identifierFor(context: SecretContext): SecretIdentifier {
    return { getProviderKey: () => `memory/${context.secretId}` };
  }

  referTo(reference: string, _context: SecretContext): SecretIdentifier {
    if (!teamPath.test(reference)) throw new InvalidReferenceError();
    const identifier = { getProviderKey: () => reference };
    this.#find(identifier);
    return identifier;
  }

  /** A page has at most 100 names; the marker is the last of them. */
  list(marker = ''): { names: string[]; marker?: string } {
    const names = [...this.#vault.keys()].filter((key) => teamPath.test(key) && key > marker).toSorted();
    const page = names.slice(0, namesOnAPage);
    const last = page.at(-1);
    return names.length > page.length && last !== undefined ? { names: page, marker: last } : { names: page };
  }

  rotate(id: SecretIdentifier, _context: SecretContext): string {
    this.#find(id);
    return this.#put(id, randomUUID());
  }

  getSecret(id: SecretIdentifier, _context: SecretContext): Secret {
    return new SimpleSecret(this.#find(id).value);
  }

  getSecretVersion(id: SecretIdentifier, _context: SecretContext): string {
    return this.#find(id).version;
  }

  secretLastUpdated(id: SecretIdentifier, _context: SecretContext): Date {
    return this.#find(id).updated;
  }

  getTtl(): number {
    return 0;
  }

  #put(id: SecretIdentifier, value: string): string {
    const version = randomUUID();
    this.#vault.set(id.getProviderKey(), { value, version, updated: new Date() });
    return version;
  }

  #find(id: SecretIdentifier): { value: string; version: string; updated: Date } {
    const found = this.#vault.get(id.getProviderKey());
    if (!found) throw new SecretNotFoundError();
    return found;
  }
}
