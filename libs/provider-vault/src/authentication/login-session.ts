import type { Deadline } from '@secret-store/provider-sdk/http';
import type { VaultHttp } from '../http/vault-http.ts';
import type { Login } from '../configuration/credentials.ts';
import type { Lease } from './lease.ts';
import { RenewalClock, retrySeconds } from './renewal-clock.ts';
import { isRefusal, logIn, renewSelf } from './token-requests.ts';
import type { VaultSession } from '../http/vault-session.ts';

interface HeldToken {
  readonly token: string;
  readonly renewable: boolean;
  readonly endsAt: number;
}

/** A token from a login: renewed, or replaced by another login if renewal is refused. Concurrent callers share a login. */
export class LoginSession implements VaultSession {
  readonly #http: VaultHttp;
  readonly #login: Login;
  readonly #clock = new RenewalClock(() => this.#keepAlive());
  #held: HeldToken | undefined;
  #loggingIn: Promise<string> | undefined;
  #work: Promise<void> | undefined;

  constructor(http: VaultHttp, login: Login) {
    this.#http = http;
    this.#login = login;
  }

  async token(deadline: Deadline): Promise<string> {
    if (!this.#held || performance.now() >= this.#held.endsAt) return deadline.waitFor(this.#logIn());
    if (this.#clock.isDue) this.#keepAlive();
    return this.#held.token;
  }

  async replace(refused: string, deadline: Deadline): Promise<string> {
    if (this.#held && this.#held.token !== refused) return this.#held.token;
    return deadline.waitFor(this.#logIn());
  }

  #logIn(): Promise<string> {
    this.#loggingIn ??= logIn(this.#http, this.#login, this.#http.deadline())
      .then((lease) => this.#hold(lease))
      .finally(() => {
        this.#loggingIn = undefined;
      });
    return this.#loggingIn;
  }

  #hold({ token, seconds, renewable }: Lease): string {
    const endsAt = seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
    this.#held = { token, renewable, endsAt };
    this.#clock.start(seconds);
    return token;
  }

  /** In the background: calls have a valid token, and neither wait for this nor fail with it. */
  #keepAlive(): void {
    this.#work ??= this.#renew()
      .catch((error: unknown) => {
        // Only calls retry a refused login, once the token has expired.
        if (isRefusal(error)) this.#clock.stop();
        else this.#clock.ringIn(retrySeconds);
      })
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #renew(): Promise<void> {
    const held = this.#held;
    if (!held?.renewable) return void (await this.#logIn());
    try {
      const renewed = await renewSelf(this.#http, held.token, this.#http.deadline());
      // A call may have logged in meanwhile.
      if (this.#held === held) this.#hold(renewed);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#logIn();
    }
  }
}
