import { readFileSync } from 'node:fs';
import type { Diagnosis, PluginDiagnostic } from '@secret-store/plugin-host/diagnosis';
import { diagnosticLines } from './diagnostic-lines.ts';

/**
 * Collects what a plugin shows of its errors, for the machine of its author. What the plugin prints goes to standard error
 * at once. All of it is the plugin's own text and may hold values.
 */
export class DiagnosisLog {
  /** what a start with diagnosis takes */
  readonly diagnosis: Diagnosis;
  readonly #blocks = new Set<string>();

  /** @param sourceMap of the module, as JSON; without it a stack names lines of the bundle */
  constructor(sourceMap?: string) {
    this.diagnosis = { onEvent: (event) => this.#note(event), sourceMap };
  }

  /** What has come since the last time, each only once, as lines. */
  take(): string[] {
    const lines = [...this.#blocks].flatMap((block) => block.split('\n'));
    this.#blocks.clear();
    return lines;
  }

  #note(event: PluginDiagnostic): void {
    if (event.kind === 'output') process.stderr.write(event.text);
    else this.#blocks.add(diagnosticLines(event).join('\n'));
  }
}

/** The source map that `pack-plugin --source-map` writes beside a module, if it is there and can be read. */
export const sourceMapBeside = (file: string): string | undefined => {
  try {
    return readFileSync(`${file}.map`, 'utf8');
  } catch {
    return undefined;
  }
};
