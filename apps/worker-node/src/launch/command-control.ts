/** A command that runs, however it is isolated. */
export interface CommandProcess {
  signal(signal: NodeJS.Signals): void;
  /** With SIGKILL, and with it all that it has started where it has namespaces of its own. */
  kill(): void;
}

/** By which a command that is started later is reached from outside. What comes before it waits for it. */
export class CommandControl implements CommandProcess {
  #process: CommandProcess | null = null;
  readonly #early: ((process: CommandProcess) => void)[] = [];

  attach(process: CommandProcess): void {
    this.#process = process;
    for (const tell of this.#early.splice(0)) tell(process);
  }

  signal(signal: NodeJS.Signals): void {
    this.#tell((process) => process.signal(signal));
  }

  kill(): void {
    this.#tell((process) => process.kill());
  }

  #tell(tell: (process: CommandProcess) => void): void {
    if (this.#process === null) this.#early.push(tell);
    else tell(this.#process);
  }
}
