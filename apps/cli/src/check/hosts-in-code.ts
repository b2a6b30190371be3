/** A destination in the text of a bundle. */
export interface HostInCode {
  /** `host:port` */
  readonly destination: string;
  /** the source file that the bundle took it from, relative to the project */
  readonly source: string;
}

/** Names that stand in URLs which are never called: namespaces, examples, and bases for parsing. */
const neverCalled =
  /(^|\.)(w3\.org|example\.(com|org|net)|xmlsoap\.org|json-schema\.org|localhost)$|\.example$|^127\.|^0\.0\.0\.0$/;

/** Pages that messages of libraries point to. */
const documentation =
  /^(docs?|developers?|learn|www|go)\.|(^|\.)(github\.com|aka\.ms|npmjs\.com|nodejs\.org|mozilla\.org|stackoverflow\.com)$/;

const sourceComment = /^ *\/\/ ((?:[\w@.-]+\/)*[\w@.-]+\.[cm]?[jt]sx?)$/;
const urlLiteral = /["'`](https?):\/\/([A-Za-z0-9.-]+)(?::(\d{1,5}))?(?=["'`/?#])/g;

/**
 * The literal hosts of URLs at the beginning of a string, with the file that they came from. What a program puts together when
 * it runs is not found.
 */
export const hostsInCode = (bundle: string): HostInCode[] => {
  const found = new Map<string, HostInCode>();
  let source = '';
  for (const line of bundle.split('\n')) {
    source = sourceComment.exec(line)?.[1] ?? source;
    for (const [, scheme, host = '', port = scheme === 'https' ? '443' : '80'] of line.matchAll(urlLiteral)) {
      const name = host.toLowerCase();
      if (!name.includes('.') || neverCalled.test(name) || documentation.test(name)) continue;
      const destination = `${name}:${port}`;
      found.set(`${destination} ${source}`, { destination, source });
    }
  }
  return [...found.values()];
};
