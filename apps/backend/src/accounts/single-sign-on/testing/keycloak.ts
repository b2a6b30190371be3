import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { vi } from 'vitest';
import { realmName, realmOf, type Registered } from './keycloak-realm.ts';

export interface KeycloakOptions {
  /** the unpacked distribution */
  readonly home: string;
  readonly ports: { readonly http: number; readonly management: number };
  readonly registered: Registered;
}

const startsWithinMilliseconds = 600_000;

/** A real Keycloak on loopback, with its database in memory. */
export class Keycloak {
  readonly realm: string;
  readonly #options: KeycloakOptions;
  #process: ChildProcess | null = null;

  constructor(options: KeycloakOptions) {
    this.#options = options;
    this.realm = `http://127.0.0.1:${options.ports.http}/realms/${realmName}`;
  }

  /** Resolves when it answers: about a minute. */
  async start(): Promise<void> {
    const { home, ports, registered } = this.#options;
    const folder = path.join(home, 'data/import');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, `${realmName}-realm.json`), JSON.stringify(realmOf(registered)));
    const words = ['start-dev', '--import-realm', '--db=dev-mem', '--cache=local', '--http-host=127.0.0.1'];
    const places = [`--http-port=${ports.http}`, `--http-management-port=${ports.management}`];
    this.#process = spawn(path.join(home, 'bin/kc.sh'), [...words, ...places], { stdio: 'ignore' });
    const ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`Keycloak ended with exit code ${code}`);
    });
    const answers = vi.waitUntil(() => this.#answers(), { timeout: startsWithinMilliseconds, interval: 500 });
    await Promise.race([answers, ended]);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    running.kill();
    await once(running, 'exit');
  }

  async #answers(): Promise<boolean> {
    return fetch(this.realm).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
