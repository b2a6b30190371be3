import { encodeBinding } from './binding.ts';
import { boundElsewhere, decrypted, type Opening, unlock, type Unlocked } from './open.ts';

interface Remembered extends Unlocked {
  readonly hash: string;
}

type OpeningByHash = Opening & { readonly hash: string };

/**
 * Opens records by the hash that a verified set names, and remembers of each that its form, hash and commitment are right, and the
 * key that its value is encrypted with: the next time costs one decryption. No value is kept. A record is remembered as long as the object
 * lives that it is, which nobody may change. The key that it was opened with has to be there each time.
 */
export class OpenedRecords {
  readonly #remembered = new WeakMap<object, Remembered>();

  /** As `open`. @throws {SealingError} */
  open(input: OpeningByHash): Uint8Array {
    const { record, hash, binding, openingKeys } = input;
    const known = isObject(record) ? this.#remembered.get(record) : undefined;
    if (known?.hash !== hash || !openingKeys.some(({ keyId }) => keyId === known.keyId)) {
      const unlocked = { ...unlock(input), hash };
      if (isObject(record)) this.#remembered.set(record, unlocked);
      return decrypted(unlocked);
    }
    if (!Buffer.from(known.binding).equals(encodeBinding(binding))) throw boundElsewhere();
    return decrypted(known);
  }
}

function isObject(record: unknown): record is object {
  return typeof record === 'object' && record !== null;
}
