// what dotenv takes for one variable, with its value over several lines: its parser keeps only the last one of a name
const variable =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

const withLineFeeds = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

/** The names that a `.env` text gives more than one value. */
export const repeatedNames = (text: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [, name = ''] of withLineFeeds(text).matchAll(variable)) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  return repeated;
};

/** Numbers of the lines that dotenv passes over, but for comments and empty ones. Their text may be a part of a value. */
export const unreadLines = (text: string): readonly number[] => {
  // variables go, their line breaks stay
  const others = withLineFeeds(text).replaceAll(variable, (read) => read.replaceAll(/[^\n]/g, ''));
  return others.split('\n').flatMap((line, index) => (/^\s*(?:#|$)/.test(line) ? [] : [index + 1]));
};
