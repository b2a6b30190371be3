import type { OpenApiDocument, ValueSchema } from './openapi-document.ts';

type Components = Pick<OpenApiDocument, 'components'>;

export interface Field {
  readonly name: string;
  /** such as `string or null` */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

const alternativesOf = (schema: ValueSchema): readonly ValueSchema[] => schema.anyOf ?? schema.oneOf ?? [];

const resolve = ({ components }: Components, schema: ValueSchema): ValueSchema =>
  schema.$ref === undefined ? schema : (components.schemas[nameOf(schema.$ref)] ?? {});

/** In a few words: `string`, `list of AlgorithmSecret`, `"done" or "refused"`. */
export const typeInWords = (schema: ValueSchema): string => {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) return [...new Set(alternatives.map(typeInWords))].join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.items !== undefined) return `list of ${typeInWords(schema.items)}`;
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return schema.format === undefined ? type : `${type} (${schema.format})`;
};

/** The fields of an object; of several kinds of object, those of each, and required is what all of them require. */
export const fieldsOf = (document: Components, schema: ValueSchema): readonly Field[] => {
  const resolved = resolve(document, schema);
  const kinds = [resolved, ...alternativesOf(resolved).map((kind) => resolve(document, kind))].filter(
    ({ properties }) => properties !== undefined,
  );
  const fields = new Map<string, Field>();
  for (const { properties = {} } of kinds) {
    for (const [name, value] of Object.entries(properties)) {
      if (fields.has(name)) continue;
      const isRequired = kinds.every(({ required = [] }) => required.includes(name));
      const description = value.description ?? resolve(document, value).description ?? '';
      fields.set(name, { name, type: typeInWords(value), isRequired, description });
    }
  }
  return [...fields.values()];
};
