import {
  importSigningKey,
  parseKeyRing,
  type PlainRequest,
  signRequest,
  type SigningKey,
  type StoreKeys,
} from '@secret-store/sealing';
import { RequestValues, type ValueClocks } from '../authentication/request-values.ts';

export interface CallingOptions extends ValueClocks {
  /** the store's worker when left out */
  readonly signer?: SigningKey;
  readonly run?: number;
  readonly instance?: string;
}

/** Signs requests as a process of a worker does that has got a value already. Of one worker there is one. */
export class CallingWorker {
  readonly signer: SigningKey;
  readonly values: RequestValues;
  run: number;
  instance: string;
  sequence = 0;

  constructor(keys: StoreKeys, { signer, run = 1, instance = 'the-only-one', ...clocks }: CallingOptions = {}) {
    this.signer = signer ?? importSigningKey(keys.worker.workerKey);
    this.values = new RequestValues(parseKeyRing(keys.backend.keyRing), clocks);
    this.run = run;
    this.instance = instance;
  }

  /** The headers of a request. @param value as a backend gives it that knows this run, unless it is another */
  sign({ method, target, body }: Omit<PlainRequest, 'body'> & { readonly body: string }, value = this.value()) {
    const { run, instance } = this;
    this.sequence += 1;
    const request = { method, target, body: Buffer.from(body), value, run, instance, sequence: this.sequence };
    return { ...signRequest(request, this.signer).headers };
  }

  value(): string {
    return this.values.give(this.signer.keyId, this);
  }
}
