import { freePort } from '../free-port.ts';

/** Where the panel listens: it takes another port each time that it is started, as another program may have taken the last one. */
export class MovingPanel {
  #origin: Promise<string> = Promise.reject(new Error('the panel was not started yet'));

  /** @param onMove told of each new origin */
  constructor(private readonly onMove: (origin: string) => void) {
    this.#origin.catch(() => undefined);
  }

  /** The origin of the moment, or the next one while the panel moves. */
  get origin(): Promise<string> {
    return this.#origin;
  }

  /** @returns a port that is free now, for the panel that is about to start */
  async move(): Promise<number> {
    const port = freePort();
    this.#origin = port.then((found) => `http://127.0.0.1:${found}`);
    this.onMove(await this.#origin);
    return port;
  }
}
