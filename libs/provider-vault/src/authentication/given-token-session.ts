import { VaultProblemError } from '@secret-store/provider-sdk';
import type { Deadline } from '@secret-store/provider-sdk/http';
import type { VaultHttp } from '../http/vault-http.ts';
import { RenewalClock, retrySeconds } from './renewal-clock.ts';
import { isRefusal, lookUpSelf, renewSelf } from './token-requests.ts';
import type { VaultSession } from '../http/vault-session.ts';

/**
 * A token from the configuration. It is used until the server refuses it, and renewed as long as the server allows;
 * nothing here can replace it.
 */
export class GivenTokenSession implements VaultSession {
  readonly #http: VaultHttp;
  readonly #token: string;
  readonly #clock = new RenewalClock(() => this.#keepAlive());
  #isStarted = false;
  #isKnown = false;
  #work: Promise<void> | undefined;

  constructor(http: VaultHttp, token: string) {
    this.#http = http;
    this.#token = token;
  }

  token(): Promise<string> {
    if (!this.#isStarted || this.#clock.isDue) this.#keepAlive();
    this.#isStarted = true;
    return Promise.resolve(this.#token);
  }

  /** Vault's default policy lets a valid token look itself up, which distinguishes an expired token from a missing right. */
  async replace(_refused: string, deadline: Deadline): Promise<never> {
    await lookUpSelf(this.#http, this.#token, deadline);
    throw new VaultProblemError('not-permitted');
  }

  /** In the background: calls have a valid token, and neither wait for this nor fail with it. */
  #keepAlive(): void {
    this.#work ??= this.#renew()
      .catch((error: unknown) => {
        if (isRefusal(error)) this.#clock.stop();
        else this.#clock.ringIn(retrySeconds);
      })
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #renew(): Promise<void> {
    if (!this.#isKnown) {
      const { seconds, renewable, fullSeconds } = await lookUpSelf(this.#http, this.#token, this.#http.deadline());
      this.#isKnown = true;
      if (renewable) this.#clock.start(seconds, fullSeconds);
      else this.#clock.stop();
      if (!this.#clock.isDue) return;
    }
    const { seconds, renewable } = await renewSelf(this.#http, this.#token, this.#http.deadline());
    if (renewable) this.#clock.start(seconds);
    else this.#clock.stop();
  }
}
