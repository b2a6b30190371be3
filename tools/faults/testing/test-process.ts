import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface TestProcessOptions {
  readonly command: readonly [string, ...string[]];
  readonly environment: () => NodeJS.ProcessEnv;
  /** what it gets at each start */
  readonly firstMessage?: object;
}

/** A program that a test starts, holds still, kills and starts again. */
export class TestProcess {
  /** what it has written so far, over all starts */
  said = '';
  readonly #options: TestProcessOptions;
  #child: ChildProcess | null = null;

  constructor(options: TestProcessOptions) {
    this.#options = options;
  }

  /** Of a Node program, which says by a message that it is ready. @param environment beside the usual one @returns the message */
  async start(environment: NodeJS.ProcessEnv = {}): Promise<unknown> {
    const child = this.launch(environment);
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`it ended with ${String(code)}: ${this.said.slice(-2_000)}`)),
      ),
    ]);
    return message;
  }

  launch(environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const { command, environment: usual, firstMessage } = this.#options;
    const [program, ...words] = command;
    const child = spawn(program, words, {
      env: { ...usual(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    if (firstMessage !== undefined) child.send(firstMessage);
    this.#child = child;
    return child;
  }

  /** Sends it a message, and waits for the next one of its. */
  async ask(message: object): Promise<void> {
    const child = this.#child;
    if (child === null) throw new Error('it was not started');
    const answered = once(child, 'message');
    child.send(message);
    await answered;
  }

  /** SIGSTOP: it answers nothing, and its connections stay open. */
  hold(): void {
    this.#child?.kill('SIGSTOP');
  }

  release(): void {
    this.#child?.kill('SIGCONT');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await ended;
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }
}
