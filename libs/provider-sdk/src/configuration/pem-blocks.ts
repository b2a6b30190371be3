const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/**
 * The blocks of this kind in a PEM text, each with its line breaks restored: a single-line field turns them into spaces or
 * drops them, and JSON writes them as \\n. Other blocks, such as `EC PARAMETERS`, and text between blocks are skipped, as
 * OpenSSL does. Empty if a block of any kind is cut off or is not plain PEM, as an encrypted key of the old form.
 */
export const pemBlocks = (text: string, kind: RegExp): string[] => {
  const unescaped = text.replaceAll('\\n', '\n');
  if (/-----(BEGIN|END) /.test(unescaped.replace(block, ''))) return [];
  return [...unescaped.matchAll(block)]
    .filter(([, label = '']) => kind.test(label))
    .map(([, label = '', content = '']) => {
      const lines = content.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
      return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
    });
};
