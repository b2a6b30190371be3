import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, type KeyRing } from '@secret-store/sealing';

/** How long a value is good, and by how much the clocks of two backends may differ. */
const valueMilliseconds = 60_000;
const macBytes = 16;

/** A run of a worker's folder. 0 and empty before the first. */
export interface WorkerRun {
  readonly run: number;
  readonly instance: string;
}

export const isSameRun = (one: WorkerRun, other: WorkerRun): boolean =>
  one.run === other.run && one.instance === other.instance;

export interface ValueClocks {
  /** of the system, in milliseconds; it may be set at any time */
  readonly now?: () => number;
  /** since this process began, in milliseconds; it only goes forward */
  readonly uptime?: () => number;
}

/**
 * The values over which workers sign their requests: `time.run.instance.mac`. The run is the worker's newest as the backend knew it when
 * it gave the value, so that order is known without comparing clocks. Every backend with the same key ring can check them.
 */
export class RequestValues {
  readonly #key: Uint8Array;
  readonly #now: () => number;
  readonly #uptime: () => number;

  constructor(keyRing: KeyRing, { now = () => Date.now(), uptime = () => performance.now() }: ValueClocks = {}) {
    this.#key = deriveKey(keyRing, 'worker request values');
    this.#now = now;
    this.#uptime = uptime;
  }

  /** @param keyId of the worker: nobody else can use the value */
  give(keyId: string, { run, instance }: WorkerRun): string {
    const text = `${Math.trunc(this.#now())}.${run}.${instance}`;
    return `${text}.${this.#mac(keyId, text).toString('base64url')}`;
  }

  /**
   * The run that the worker had when the value was given. Null for a value that no backend of this store gave to it, that is too old, or
   * that is older than this process, which does not know what was signed over it.
   */
  read(keyId: string, value: string): WorkerRun | null {
    const end = value.lastIndexOf('.');
    const [time, run, instance] = value.slice(0, Math.max(end, 0)).split('.');
    if (time === undefined || run === undefined || instance === undefined) return null;
    const mac = Buffer.from(value.slice(end + 1), 'base64url');
    const expected = this.#mac(keyId, value.slice(0, end));
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return null;
    const age = this.#now() - Number(time);
    if (age < -valueMilliseconds || age > Math.min(valueMilliseconds, this.#uptime())) return null;
    return { run: Number(run), instance };
  }

  #mac(keyId: string, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${keyId}\n${text}`).digest().subarray(0, macBytes);
  }
}
