import { ConfigurationError, InvalidReferenceError } from '@secret-store/provider-sdk';

const secretName = /^[0-9A-Za-z-]{1,127}$/;

/**
 * Which secrets of the vault users may refer to. Ignores case, as the vault does: otherwise another spelling would lead
 * to a secret that is not allowed.
 */
export class ReferenceNames {
  readonly #names: ReadonlySet<string>;
  readonly #prefixes: readonly string[];
  readonly #ownPrefix: string;

  /**
   * @param list names, and prefixes that end in `*`, with commas between them
   * @param ownPrefix the prefix of our own secrets, which cannot be referred to
   */
  constructor(list: string, ownPrefix: string) {
    const entries = list.split(',').map((entry) => entry.trim().toLowerCase());
    if (!entries.every((entry) => /^[0-9a-z-]{1,127}$|^[0-9a-z-]{0,126}\*$/.test(entry))) {
      throw new ConfigurationError(
        'reference_names',
        'must list names, or prefixes that end in *, with commas between them',
        { reason: 'not-a-name' },
      );
    }
    this.#names = new Set(entries.filter((entry) => !entry.endsWith('*')));
    this.#prefixes = entries.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));
    this.#ownPrefix = `${ownPrefix}-`.toLowerCase();
  }

  /** @throws {InvalidReferenceError} when it is not a name, or not one that the configuration allows */
  requireOpen(name: string): void {
    const folded = name.toLowerCase();
    const open = this.#names.has(folded) || this.#prefixes.some((prefix) => folded.startsWith(prefix));
    if (!secretName.test(name) || !open || folded.startsWith(this.#ownPrefix)) throw new InvalidReferenceError();
  }
}
