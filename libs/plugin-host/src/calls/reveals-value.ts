/** Below this many bytes a value stands in nearly any identifier by chance: there, only an identifier that is the value counts. */
const containmentMinimumBytes = 4;

/**
 * Whether an identifier or a version reveals the value: plain, in hex, base64 or base64url.
 * @param givens what the host itself handed to the plugin (configuration, context): where the value stands in one of
 *   these, an identifier may repeat it. A vault path `secret/…` must not make the value `secret` impossible.
 */
export const revealsValue = (identifier: string, value: string, givens: readonly string[]): boolean => {
  const bytes = Buffer.from(value, 'utf8');
  const short = bytes.length < containmentMinimumBytes;
  return forms(value, bytes).some(({ form, fold }) => {
    const folded = fold(identifier);
    if (short) return folded === form;
    const rest = givens
      .map(fold)
      .filter((given) => given.includes(form))
      .reduce((text, given) => text.replaceAll(given, '\0'), folded);
    return rest.includes(form);
  });
};

const same = (text: string) => text;
const lowerCase = (text: string) => text.toLowerCase();
const withoutPadding = (text: string) => text.replaceAll('=', '');

const forms = (value: string, bytes: Buffer) => [
  { form: value, fold: same },
  { form: bytes.toString('hex'), fold: lowerCase },
  { form: withoutPadding(bytes.toString('base64')), fold: withoutPadding },
  { form: bytes.toString('base64url'), fold: withoutPadding },
];
