/** A command that runs with values of this worker. */
export interface RunningProcess {
  readonly id: string;
  readonly algorithmId: string;
  readonly kind: 'exec' | 'supervise';
  /** of the set whose values the command has */
  readonly number: number;
  /** when the command was started, as ISO 8601 in UTC */
  readonly started: string;
}

/** The commands that run with values of this worker, as long as their callers keep their connection to it. */
export class RunningProcesses {
  readonly #processes = new Map<string, RunningProcess>();
  readonly #listeners = new Set<() => void>();

  list(): readonly RunningProcess[] {
    return [...this.#processes.values()];
  }

  /** A process with the same id takes the place of the one before. @returns says that it has ended */
  add(process: RunningProcess): () => void {
    this.#processes.set(process.id, process);
    this.#tell();
    return () => {
      if (this.#processes.get(process.id) !== process) return;
      this.#processes.delete(process.id);
      this.#tell();
    };
  }

  /** @param listener is told after each change of the list, and must not throw */
  onChanged(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
