import { type AsyncSecretProvider, PluginFailure, type PluginFailureReason } from '@secret-store/plugin-host';

interface Activation {
  readonly providerId: string;
  readonly activationNumber: number;
}

const operations = { createSecret: 'create', updateSecret: 'update', deleteSecret: 'delete' } as const;

export type PluginOperation = (typeof operations)[keyof typeof operations];

/** A call that ended, and how. */
export interface PluginCall extends Activation {
  readonly operation: PluginOperation;
  readonly at: Date;
  readonly milliseconds: number;
  /** why it failed; null where it worked */
  readonly reason: PluginFailureReason | null;
}

/** They are about one secret, or about this backend: the vault works. */
const others: readonly PluginFailureReason[] = [
  ...(['too-busy', 'stopping', 'closed', 'conflict', 'too-large', 'disabled', 'expired', 'soft-deleted'] as const),
  ...(['value-too-large', 'value-empty', 'value-with-zero', 'value-not-unicode', 'value-not-text'] as const),
];

/** While the database cannot be written: the oldest are forgotten beyond it. */
const heldMaximum = 10_000;

/** How this backend's writes to vaults ended, until that is kept. */
export class PluginCalls {
  #seen: PluginCall[] = [];
  #handing: Promise<void> = Promise.resolve();

  /** @param backend host and port: what this backend is called on pages */
  constructor(readonly backend: string) {}

  /** The same provider, with its writes watched. */
  watch(activation: Activation, provider: AsyncSecretProvider): AsyncSecretProvider {
    return new Proxy(provider, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        const call = (...input: unknown[]): unknown => Reflect.apply(member, target, input);
        const operation = operationOf(key);
        if (operation === undefined) return call;
        return async (...input: unknown[]) => {
          const begun = performance.now();
          const ended = (reason: PluginCall['reason']): void => {
            const milliseconds = Math.round(performance.now() - begun);
            this.#seen.push({ ...activation, operation, at: new Date(), milliseconds, reason });
            if (this.#seen.length > heldMaximum) this.#seen.shift();
          };
          try {
            const answer = await call(...input);
            ended(null);
            return answer;
          } catch (error) {
            if (error instanceof PluginFailure && !others.includes(error.reason)) ended(error.reason);
            throw error;
          }
        };
      },
    });
  }

  /** Hands on what was seen since, one batch after the other. What could not be kept is handed on again. */
  hand(keep: (seen: readonly PluginCall[]) => Promise<void>): Promise<void> {
    const next = this.#handing.then(async () => {
      const seen = this.#seen;
      if (seen.length === 0) return;
      this.#seen = [];
      try {
        await keep(seen);
      } catch (error) {
        this.#seen = [...seen, ...this.#seen].slice(-heldMaximum);
        throw error;
      }
    });
    this.#handing = next.catch(() => undefined);
    return next;
  }
}

const operationOf = (key: string | symbol): PluginOperation | undefined =>
  typeof key === 'string' && Object.hasOwn(operations, key) ? operations[key as keyof typeof operations] : undefined;
