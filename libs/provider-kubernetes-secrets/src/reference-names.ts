import { ConfigurationError, InvalidReferenceError } from '@secret-store/provider-sdk';
import { secretIdAnnotation, type SecretMetadata } from './secret-metadata.ts';

const openEntry = /^[a-z0-9][a-z0-9.-]{0,252}$|^([a-z0-9][a-z0-9.-]{0,251})?\*$/;

/** Name of a Secret, and a key in its data: https://kubernetes.io/docs/concepts/configuration/secret/ */
const referencePattern = /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?:\/([A-Za-z0-9_.-]{1,253}))?$/;

/** On the Secrets of a store, and on tokens of service accounts, with which a user could do what the account may. */
const closedAnnotations = [secretIdAnnotation, 'kubernetes.io/service-account.name'];

/** Which Secrets of the namespace users may refer to. */
export class ReferenceNames {
  readonly #entries: readonly string[];

  /** @param list names, and prefixes that end in `*`, with commas between them */
  constructor(list: string) {
    this.#entries = list.split(',').map((entry) => entry.trim());
    if (this.#entries.every((entry) => openEntry.test(entry))) return;
    const rule = 'must list names of Secrets, or prefixes that end in *, with commas between them';
    throw new ConfigurationError('reference_names', rule, { reason: 'not-a-name' });
  }

  /**
   * Reads `name` or `name/key`. Without a key it is the only one.
   * @throws {InvalidReferenceError} when it is neither, or its name is not open
   */
  parse(text: string): { readonly name: string; readonly dataKey: string | undefined } {
    const [, name, dataKey] = referencePattern.exec(text) ?? [];
    if (name === undefined || !this.includes(name)) throw new InvalidReferenceError();
    return { name, dataKey };
  }

  /** @throws {InvalidReferenceError} for what is no longer open */
  requireOpen({ annotations }: SecretMetadata): void {
    if (closedAnnotations.some((name) => name in annotations)) throw new InvalidReferenceError();
  }

  includes(name: string): boolean {
    return this.#entries.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry));
  }
}
