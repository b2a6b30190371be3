// what dotenv takes for one variable, with its value over several lines: its parser keeps only the last one of a name
const variable =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/** The names that a `.env` text gives more than one value. */
export const repeatedNames = (text: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [, name = ''] of text.replaceAll(/\r\n?/g, '\n').matchAll(variable)) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  return repeated;
};
