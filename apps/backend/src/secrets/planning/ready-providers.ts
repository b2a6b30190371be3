import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { Dependencies } from '../../dependencies.ts';
import { providerFor, type ReadyProvider } from '../../running/provider-access.ts';
import { callProvider } from '../../running/provider-call.ts';
import { Refusal } from './refusal.ts';

type Purpose = 'create' | 'update';

/** Providers of many secrets: each is asked once what it can do. */
export class ReadyProviders {
  readonly #deps: Dependencies;
  readonly #ready = new Map<string, Promise<ReadyProvider>>();
  readonly #allowed = new Map<string, Promise<boolean>>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** @throws {ApiError} what {@link providerFor} throws */
  find(providerId: string | null, purpose: Purpose): Promise<ReadyProvider> {
    const key = `${purpose}/${providerId}`;
    const ready = this.#ready.get(key) ?? providerFor(this.#deps, providerId, purpose);
    this.#ready.set(key, ready);
    return ready;
  }

  /** @throws {Refusal} where it does not take values */
  async requireAllowed({ providerId, provider }: ReadyProvider, purpose: Purpose): Promise<void> {
    const key = `${purpose}/${providerId}`;
    const allowed = this.#allowed.get(key) ?? callProvider(() => allows(provider, purpose));
    this.#allowed.set(key, allowed);
    if (await allowed) return;
    throw new Refusal(
      purpose === 'create'
        ? 'The provider does not create secrets. Choose another one.'
        : 'Its provider does not update values. Delete the secret and create it again.',
    );
  }
}

const allows = (provider: AsyncSecretProvider, purpose: Purpose): Promise<boolean> =>
  purpose === 'create' ? provider.allowsCreate() : provider.allowsUpdate();

/** @throws {Refusal} */
export const requireLength = (value: string, { maximumValueBytes }: ReadyProvider): void => {
  if (Buffer.byteLength(value, 'utf8') <= maximumValueBytes) return;
  throw new Refusal(`Its provider takes values of at most ${maximumValueBytes.toLocaleString('en-US')} bytes.`);
};
