export interface Command {
  /** what follows the command's name */
  readonly usage: string;
  /** one line of the list of commands */
  readonly summary: string;
  /** the program, as seen from the built dispatcher */
  readonly file: string;
  /** of a program that has several commands: its first word */
  readonly word?: string;
  readonly details?: string;
  readonly options?: Readonly<Record<string, string>>;
}
