export interface CommandLine {
  readonly command: string;
  readonly commandArguments: readonly string[];
  /** the whole of what the command gets */
  readonly environment: Record<string, string>;
  readonly secretNames: ReadonlySet<string>;
}
