import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError, SecretNotFoundError } from '@secret-store/provider-sdk';
import type { AsyncSecretProvider } from '../calls/async-secret-provider.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import { launchPlugin, type PluginOptions, type PluginSpec, type StartedPlugin } from '../start/start-plugin.ts';
import { Backoff } from './backoff.ts';

/** A pause this short is waited for inside the call; during a longer one calls fail at once and say so. */
const waitedPauseMilliseconds = 1_000;

/** One provider at one activation number: its process, and the next one when that has ended. */
export class ProviderSlot {
  readonly #options: Omit<PluginOptions, 'spec'>;
  readonly #backoff = new Backoff();
  /** also those that only finish their last calls */
  readonly #processes = new Set<StartedPlugin>();
  #load: () => Promise<PluginSpec>;
  #current: StartedPlugin | undefined;
  #starting: Promise<StartedPlugin> | undefined;
  /** the part of a start in which a process is there */
  #launching: Promise<StartedPlugin> | undefined;
  readonly #ending = new AbortController();
  #expiresAt = Number.POSITIVE_INFINITY;
  #lastRefusal: ConfigurationError | undefined;
  #closed = false;

  constructor(
    readonly activationNumber: number,
    load: () => Promise<PluginSpec>,
    options: Omit<PluginOptions, 'spec'>,
  ) {
    this.#load = load;
    this.#options = options;
  }

  /** The provider, with its process running. `load` is what later starts will ask. */
  async provider(load: () => Promise<PluginSpec>): Promise<AsyncSecretProvider> {
    this.#load = load;
    const { provider } = this.#running() ?? (await this.#next());
    const call =
      (method: keyof AsyncSecretProvider) =>
      async (...parameters: unknown[]) =>
        this.#call(method, parameters);
    const names = Object.keys(provider) as (keyof AsyncSecretProvider)[]; // an object literal of exactly these methods
    // each method keeps its parameters and its result
    return Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as AsyncSecretProvider;
  }

  /** Starts nothing more; the process ends when its calls are through. */
  retire(): void {
    this.#closed = true;
    for (const { process } of this.#processes) process.retire();
  }

  /** Fulfilled when no process of it is left. */
  async ended(): Promise<void> {
    await this.#starting?.catch(() => {});
    await Promise.all([...this.#processes].map(({ process }) => process.ended));
  }

  /** Also one that still starts, which a plugin can hold up until its deadline. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#ending.abort();
    await this.#launching?.catch(() => {});
    await Promise.all([...this.#processes].map(({ process }) => process.close()));
  }

  async #call(method: keyof AsyncSecretProvider, parameters: unknown[]): Promise<unknown> {
    // without awaiting while a process runs, so that a call made before a retirement counts as in flight
    const started = this.#running() ?? (await this.#next());
    try {
      const result: unknown = await Reflect.apply(started.provider[method] ?? missing, undefined, parameters);
      if (!saidAtStart.has(method)) this.#backoff.succeeded();
      return result;
    } catch (error) {
      if (error instanceof SecretNotFoundError || started.process.usable) this.#backoff.succeeded();
      else this.#crashed(started);
      throw error;
    }
  }

  #running(): StartedPlugin | undefined {
    if (this.#current && performance.now() >= this.#expiresAt) this.#letGo(this.#current);
    return this.#current?.process.usable ? this.#current : undefined;
  }

  /** A new process. Callers at the same time share one start. */
  async #next(): Promise<StartedPlugin> {
    if (this.#closed) throw new PluginFailure('closed');
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<StartedPlugin> {
    if (this.#current) this.#crashed(this.#current);
    const pause = this.#backoff.remainingMilliseconds();
    if (pause > waitedPauseMilliseconds) throw this.#lastRefusal ?? new PluginFailure('backing-off');
    if (pause > 0) await delay(pause);
    const spec = await this.#load();
    if (this.#closed) throw new PluginFailure('closed');
    try {
      this.#launching = launchPlugin({ ...this.#options, spec, signal: this.#ending.signal });
      const started = await this.#launching;
      if (this.#closed) {
        await started.process.close();
        throw new PluginFailure('closed');
      }
      this.#adopt(started);
      return started;
    } catch (error) {
      this.#backoff.failed();
      this.#lastRefusal = error instanceof ConfigurationError ? error : undefined;
      throw error;
    } finally {
      this.#launching = undefined;
    }
  }

  #adopt(started: StartedPlugin): void {
    this.#current = started;
    this.#lastRefusal = undefined;
    this.#expiresAt =
      started.ttlSeconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + started.ttlSeconds * 1000;
    this.#processes.add(started);
    void started.process.ended.then(() => this.#processes.delete(started));
  }

  /** Counted once for each process, however many calls it took along. */
  #crashed(started: StartedPlugin): void {
    if (this.#current !== started) return;
    this.#current = undefined;
    this.#backoff.failed();
  }

  #letGo(started: StartedPlugin): void {
    this.#current = undefined;
    started.process.retire();
  }
}

/** The host answers these itself: that they succeed says nothing of the process. */
const saidAtStart: ReadonlySet<keyof AsyncSecretProvider> = new Set(['allowsCreate', 'allowsUpdate', 'allowsDelete']);

const missing = () => Promise.reject(new PluginFailure('bad-return'));
