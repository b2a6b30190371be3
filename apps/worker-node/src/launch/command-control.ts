/** A command that runs, however it is isolated. */
export interface CommandProcess {
  signal(signal: NodeJS.Signals): void;
  /** With SIGKILL, and with it all that it has started where it has namespaces of its own. */
  kill(): void;
}

/** By which a command that is started later is reached from outside. */
export class CommandControl implements CommandProcess {
  #process: CommandProcess | null = null;

  attach(process: CommandProcess): void {
    this.#process = process;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  kill(): void {
    this.#process?.kill();
  }
}
