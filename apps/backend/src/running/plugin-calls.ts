import { type AsyncSecretProvider, PluginFailure, type PluginFailureReason } from '@secret-store/plugin-host';
import { providerFailure } from '../modules/provider-failure.ts';

interface Activation {
  readonly providerId: string;
  readonly activationNumber: number;
}

interface Failure {
  /** of the first call that failed since one worked */
  readonly since: Date;
  /** of the newest one: words from a closed list */
  readonly message: string;
}

const watched = ['createSecret', 'updateSecret', 'deleteSecret'] as const;

/** They are about one secret, or about this backend: the vault works. */
const others: readonly PluginFailureReason[] = [
  ...(['too-busy', 'stopping', 'closed', 'conflict', 'too-large', 'disabled', 'expired', 'soft-deleted'] as const),
  ...(['value-too-large', 'value-empty', 'value-with-zero', 'value-not-unicode', 'value-not-text'] as const),
];

/** How the calls on plugins ended that this backend made since its start: kept in memory only. */
export class PluginCalls {
  readonly #failures = new Map<string, Failure & Activation>();

  /** Null where the newest call worked, and where there was none. */
  failureOf({ providerId, activationNumber }: Activation): Failure | null {
    const failure = this.#failures.get(providerId);
    return failure?.activationNumber === activationNumber ? failure : null;
  }

  /** The same provider, with its writes watched. */
  watch(activation: Activation, provider: AsyncSecretProvider): AsyncSecretProvider {
    return new Proxy(provider, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        const call = (...input: unknown[]): unknown => Reflect.apply(member, target, input);
        if (!watched.some((name) => name === key)) return call;
        return async (...input: unknown[]) => {
          try {
            const answer = await call(...input);
            this.#failures.delete(activation.providerId);
            return answer;
          } catch (error) {
            this.#failed(activation, error);
            throw error;
          }
        };
      },
    });
  }

  #failed(activation: Activation, error: unknown): void {
    if (!(error instanceof PluginFailure) || others.includes(error.reason)) return;
    const since = this.failureOf(activation)?.since ?? new Date();
    const { providerId, activationNumber } = activation;
    const { message } = providerFailure(error);
    this.#failures.set(providerId, { providerId, activationNumber, since, message });
  }
}
