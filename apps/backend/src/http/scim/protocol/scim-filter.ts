import { Types } from 'scimmy';
import { scimProblem } from './scim-errors.ts';

const charactersMaximum = 1_000;

/** Each group and each operator multiplies what the parser makes of a filter. */
const groupsMaximum = 4;
const operatorsMaximum = 10;

/** The parser takes time without a bound for these, and knows no escapes. */
const unparsable = /[\\\p{Cc}]/u;

/** The parser would write to what all objects share. */
const sharedByAll = /(?<![\w$@-])(__proto__|constructor|prototype)(?![\w$@-])/i;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** @throws {SCIMError} 400 for a filter that is too long, or has characters that no name needs */
export const requireParsable = (text: string, scimType: 'invalidFilter' | 'invalidPath'): void => {
  if (text.length > charactersMaximum) {
    throw scimProblem(400, scimType, `The filter is too long: at most ${charactersMaximum} characters.`);
  }
  if (unparsable.test(text)) {
    throw scimProblem(400, scimType, 'The filter has a backslash or a control character. Leave it out.');
  }
  if (sharedByAll.test(text)) throw scimProblem(400, scimType, 'The filter names something that is no attribute.');
  if (count(text, /[([]/g) > groupsMaximum || count(text, /\b(and|or|not)\b/gi) > operatorsMaximum) {
    throw scimProblem(
      400,
      scimType,
      `The filter is too complex: at most ${groupsMaximum} groups and ${operatorsMaximum} operators.`,
    );
  }
};

/** In lower case: names and texts of SCIM are the same in capitals (RFC 7643, section 2.1). */
export const parseFilter = (text: string): Types.Filter => {
  requireParsable(text, 'invalidFilter');
  try {
    return new Types.Filter(text.toLowerCase());
  } catch {
    // the parser's own errors quote the filter, or say where its code failed
    throw scimProblem(400, 'invalidFilter', 'The filter cannot be read. Write it as in userName eq "ada@example.com".');
  }
};

const inLowerCase = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toLowerCase();
  if (Array.isArray(value)) return value.map(inLowerCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inLowerCase(part)]));
};

/** Those whose resource, as it is sent, the filter means. */
export const matching = <Item>(
  filter: Types.Filter,
  items: readonly Item[],
  resourceOf: (item: Item) => object,
): Item[] => {
  try {
    return items.filter((item) => filter.match([inLowerCase(JSON.parse(JSON.stringify(resourceOf(item))))]).length > 0);
  } catch {
    throw scimProblem(400, 'invalidFilter', 'The filter compares what cannot be compared. Check its attributes.');
  }
};

/** The attribute and value of a filter that only asks for one value, such as what clients look for before they create. */
export const onlyEquality = (text: string): { readonly attribute: string; readonly value: string } | null => {
  const [, attribute, value] = /^\s*([a-z]+)\s+eq\s+"([^"]*)"\s*$/i.exec(text) ?? [];
  return attribute === undefined || value === undefined ? null : { attribute: attribute.toLowerCase(), value };
};
