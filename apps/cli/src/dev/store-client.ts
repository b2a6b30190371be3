import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

const Provider = z.looseObject({
  id: z.string(),
  name: z.string(),
  factoryClassName: z.string(),
  moduleName: z.string().nullable(),
});
export type StoredProvider = z.infer<typeof Provider>;

const Result = z.looseObject({ state: z.string(), step: z.string(), message: z.string() });

const Preparation = Result.extend({
  steps: z.array(z.looseObject({ step: z.string(), state: z.string(), message: z.string() })),
});
export type Preparation = z.infer<typeof Preparation>;

const Refusal = z.object({ error: z.looseObject({ message: z.string(), field: z.string().optional() }) });

/** The store refused a request, or gave no answer. The message is the store's own. */
export class StoreProblem extends Error {
  override readonly name = 'StoreProblem';
}

export interface NewProvider {
  readonly name: string;
  readonly factoryClassName: string;
  readonly interfaceVersion: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly workerConfiguration?: Readonly<Record<string, string>>;
}

const understood = <T>(schema: z.ZodType<T>, answer: unknown): T => {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new StoreProblem(
    'the store gave an answer that this version does not understand; use the tools of the same version',
  );
};

/** What an administrator does with a provider, over REST. */
export class StoreClient {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #signal: AbortSignal;

  constructor(url: string, apiKey: string, signal: AbortSignal) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#signal = signal;
  }

  /** By id or name; null when the store has none. */
  async findProvider(idOrName: string): Promise<StoredProvider | null> {
    const all = understood(z.array(Provider), await this.#call('GET', '/v1/admin/secret-provider'));
    return all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name === idOrName) ?? null;
  }

  async createProvider(provider: NewProvider): Promise<StoredProvider> {
    const fixed = { description: 'In development', isEnabled: true, isDefault: false };
    return understood(Provider, await this.#call('POST', '/v1/admin/secret-provider', { ...provider, ...fixed }));
  }

  /** Answers when the module is active, has failed, or waits for a worker. */
  async replaceModule(providerId: string, fileName: string, bytes: Uint8Array): Promise<Preparation> {
    const module = `/v1/admin/plugins/secret-provider/${encodeURIComponent(providerId)}`;
    const form = new FormData();
    form.append('provider', new Blob([new Uint8Array(bytes)]), fileName);
    await this.#call('POST', module, form);
    for (;;) {
      const preparation = understood(Preparation, await this.#call('GET', `${module}/preparation`));
      // an answer comes in time, also where the trial takes longer
      if (preparation.state !== 'running') return preparation;
      await setTimeout(pollMilliseconds, undefined, { signal: this.#signal });
    }
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        Authorization: `Simple ${this.#apiKey}`,
        ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      // the key goes to the address that was given, and nowhere else
      redirect: 'error',
      // one for each request: fetch leaves its listener on what it is given
      signal: AbortSignal.any([this.#signal]),
    }).catch((cause: unknown) => {
      throw new StoreProblem(`the store at ${this.#url} does not answer; start it with npm start, or set --url`, {
        cause,
      });
    });
    const content: unknown = await answer.json().catch(() => null);
    if (answer.ok) return content;
    const refusal = Refusal.safeParse(content);
    if (!refusal.success)
      throw new StoreProblem(`${this.#url} answered ${answer.status} and is not a store; check --url`);
    const { message, field } = refusal.data.error;
    throw new StoreProblem(field === undefined ? message : `${message} (${field})`);
  }
}

const pollMilliseconds = 500;
